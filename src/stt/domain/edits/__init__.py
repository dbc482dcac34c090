"""What people change in a transcript: operations, the versions they make, and the way back."""
