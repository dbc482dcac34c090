"""What the project measures itself with; none of it ships in the package."""
