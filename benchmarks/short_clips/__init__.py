"""Many short clips at once: how many a second, and how long each waits, beside the servers people would run."""
