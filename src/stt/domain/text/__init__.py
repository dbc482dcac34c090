"""How texts are written, read and found. Pure."""
