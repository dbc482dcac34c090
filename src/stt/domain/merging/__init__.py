"""One transcript out of what was heard in many pieces, and the account of it. Pure."""
