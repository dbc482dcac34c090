"""What each way of hearing again is worth on real voices: how often, at what cost, words mended and broken."""
