"""Trained weights and the files of both engines that hold them."""
