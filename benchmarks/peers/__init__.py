"""What people would run instead of this service: built or installed on the spot, kept outside the repository."""
