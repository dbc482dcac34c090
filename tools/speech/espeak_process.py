"""Reads one request a line and answers each from a process of its own.

espeak-ng's oscillators and random numbers carry over from one utterance to the next, so only a library that has
never spoken before speaks the same phrase in the same way. Standard library only: it runs without site-packages.
"""

import ctypes
import json
import os
import sys

LIBRARY = "libespeak-ng.so.1"
SYNCHRONOUS = 2
RATE, PITCH = 1, 3
POSITION_IN_CHARACTERS = 1
UTF8, END_PAUSE = 0x0001, 0x1000
WORD_EVENT = 1


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("kind", ctypes.c_ubyte * 4),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


def speak(library: ctypes.CDLL, voice: str, speed: int, pitch: int, text: str) -> tuple[list[int], bytes]:
    """Return the sample each word begins at and 22,050 Hz 16-bit PCM."""
    pcm, onsets = bytearray(), []

    def collect(wave: int | None, count: int, events: "ctypes._Pointer[_Event]") -> int:
        if wave and count > 0:
            pcm.extend(ctypes.string_at(wave, 2 * count))
        at = 0
        while events[at].type:
            if events[at].type == WORD_EVENT:
                onsets.append(events[at].sample)
            at += 1
        return 0

    callback = _Callback(collect)
    library.espeak_Initialize(SYNCHRONOUS, 0, None, 0)
    library.espeak_SetSynthCallback(callback)
    _choose(library, voice.encode())
    library.espeak_SetParameter(RATE, speed, 0)
    library.espeak_SetParameter(PITCH, pitch, 0)
    encoded = text.encode()
    library.espeak_Synth(encoded, len(encoded) + 1, 0, POSITION_IN_CHARACTERS, 0, UTF8 | END_PAUSE, None, None)
    library.espeak_Synchronize()
    return onsets, bytes(pcm)


def _choose(library: ctypes.CDLL, voice: bytes) -> None:
    """Find a voice as the espeak-ng command does: by name, then by language."""
    if library.espeak_SetVoiceByName(voice) == 0:
        return
    if library.espeak_SetVoiceByProperties(ctypes.byref(_Voice(languages=voice))) != 0:
        raise LookupError(f"espeak-ng has no voice {voice.decode()!r}")


def _answer(line: str) -> None:
    try:
        onsets, pcm = speak(ctypes.CDLL(LIBRARY), **json.loads(line))
        header = {"onsets": onsets, "bytes": len(pcm)}
    except (OSError, LookupError) as error:
        header, pcm = {"error": str(error)}, b""
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + pcm)
    sys.stdout.buffer.flush()


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _answer(line)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.exit(f"espeak-ng ended with status {status} on {line}")


if __name__ == "__main__":
    main()
