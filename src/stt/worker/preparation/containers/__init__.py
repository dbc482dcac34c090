"""What containers say about themselves, read without FFmpeg: where files are joined, and what is missing."""
