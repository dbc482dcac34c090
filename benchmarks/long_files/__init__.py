"""One long file, from the start of its upload to a readable result, beside bare libraries and programs."""
