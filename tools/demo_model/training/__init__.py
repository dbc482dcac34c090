"""How the demo model is trained; see README.md. Needs torch, which nothing else here does."""
