"""Jobs: accepted, listed, told of, begun again, deleted."""
