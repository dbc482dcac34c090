"""Which layout of inference does most on this machine, and how the one that nobody chose compares."""
