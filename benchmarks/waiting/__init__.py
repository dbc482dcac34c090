"""How long people wait: for the first words of a long file, and for a short clip behind one."""
