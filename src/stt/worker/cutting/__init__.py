"""Where audio is cut: spans of speech, chunks and windows. Pure."""
