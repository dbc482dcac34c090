"""What is true about jobs, chunks and transcripts, whatever stores or carries them. Standard library only."""
