"""A transcript and what is said in it of its making."""
