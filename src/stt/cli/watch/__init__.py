"""`stt watch`: what lies in a folder is transcribed, file by file."""
