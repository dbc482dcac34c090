"""The commands of `stt`, a file for each group of them."""
