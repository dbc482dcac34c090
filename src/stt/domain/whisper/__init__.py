"""What is known of Whisper: its engines, its models, its languages."""
