"""Object storage: one seam, a local folder or any S3 server behind it."""
