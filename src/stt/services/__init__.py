"""What the API may ask for. Knows jobs, storage and the queue; never HTTP or SQL."""
