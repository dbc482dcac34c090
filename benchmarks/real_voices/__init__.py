"""How well people are heard with real weights, beside what else there is."""
