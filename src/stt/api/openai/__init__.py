"""OpenAI's audio API: the same wire in front of the same jobs."""
