"""From a chunk of audio to what was said in it, and what has to be heard again."""
