"""From an uploaded file to chunks on its own clock, in a process that can be killed."""
