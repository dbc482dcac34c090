"""Whether memory grows with what is uploaded, with the length of a file, or with the number of windows."""
