"""Audio in memory: samples, their spectrogram, and chunks of them as FLAC."""
