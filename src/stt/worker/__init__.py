"""The transcription pipeline: decode, find speech, cut, transcribe, merge. Knows audio and text, never HTTP or AMQP."""
