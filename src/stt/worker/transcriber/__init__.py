"""The engine seam: Whisper through CTranslate2 (faster-whisper) or through whisper.cpp."""
