"""What happens to jobs, told while it happens."""
