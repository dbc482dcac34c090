"""What repositories do in a transaction: claim, move on, end, tell, count."""
