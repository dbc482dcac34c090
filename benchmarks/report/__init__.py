"""What every benchmark of speed says about its machine, its spread, and where it puts its figures."""
