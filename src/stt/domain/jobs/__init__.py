"""A job, its chunks, and the rules by which they are worked at."""
