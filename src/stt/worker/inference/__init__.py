"""Processes that infer, how they are fed, and how they are laid out on a machine."""
