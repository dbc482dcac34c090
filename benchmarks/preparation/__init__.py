"""How fast files are made into chunks, beside the sum of the two libraries that do most of it."""
