"""Facts of audio and of Whisper that no setting changes."""

SAMPLE_RATE = 16_000
"""Samples per second of everything after decoding: mono, signed 16-bit."""

LEAST_SAMPLE_RATE = 2_000
"""Of a file. At less nothing is left of speech but its pitch, and a few bytes become hours: 160 kB at 1 Hz are 44 h."""

FRAMES_PER_SECOND = 100
"""Frames of a spectrogram in a second of audio."""

VAD_FRAME = 512
"""Samples that Silero VAD judges at a time (32 ms)."""

MAX_WINDOW_SECONDS = 30.0
"""What Whisper's encoder was trained on; no window is longer."""

MIN_WINDOW_SECONDS = 0.1
"""Engines misbehave on less; shorter speech is widened to it."""

MEL_BANDS = 80
"""Of the spectrogram that most models listen to; `large-v3` and its kin have 128."""
