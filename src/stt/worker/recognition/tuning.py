"""Every number that hearing again depends on. What each look is worth is measured: docs/fidelity.md. Pure."""

WORD_REACH_SECONDS = 0.25
"""How far beyond its borders a word accounts for the speech around it: alignment is that rough."""
LEAST_HOLE_SECONDS = 0.6
"""Speech without words that is shorter than this is breath, or the edge of a word."""
HOLE_MARGIN_SECONDS = 0.3
"""By how much what is heard again reaches over a hole, so that no word in it is torn."""
STEP = 0.1
"""Part of a window by which the edges of the further hearings of a cut differ: engines decide anew with each."""
PHASE_SECONDS = 0.01 / 3
"""By how much they differ on top: a third of the step of Whisper's spectrogram. Windows that begin whole steps apart
see the same spectrum, and an engine mishears in all of them what it mishears in one."""
FEW_WINDOWS = 3
"""So many may be heard again of any chunk, and of one of more windows as many as it has."""
GREEDY, CAREFUL = 1, 5
"""Beams: what one kind of search misses is heard again with the other."""
TURN_SECONDS, TURN_PAUSE_SECONDS = 5.0, 0.7
"""Longest piece of speech, and longest pause in it, of which the language is decided at once where several are spoken:
people change it from sentence to sentence, and after a pause."""
