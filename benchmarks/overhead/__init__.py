"""What the service costs beside inference: per chunk, per question, per upload."""
