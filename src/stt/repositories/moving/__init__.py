"""A database as a whole: its copy, its rows in another, and what it leaves behind when its rows are elsewhere."""
