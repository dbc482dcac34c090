"""What a ticket means."""
