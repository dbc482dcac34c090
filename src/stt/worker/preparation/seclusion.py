"""Taking from the process that decodes what a file could only want from it to do harm: sockets, and other programs.

The kernel refuses both (seccomp), whatever a file has made of the code that reads it. There is no way back.
"""

import ctypes
import errno
import platform
import struct
from enum import IntEnum
from typing import Final


class Refusal(IntEnum):
    """What becomes of whoever asks (linux/seccomp.h)."""

    ERROR = 0x0005_0000 | errno.EACCES
    DEATH = 0x8000_0000
    """Of the whole process, by SIGSYS: tests find out in this way that somebody has asked."""


_NUMBERS: Final = {
    # socket, connect, bind, execve, execveat, io_uring_setup (which opens sockets by itself), ptrace
    "x86_64": (0xC000_003E, 317, (41, 42, 49, 59, 322, 425, 101)),
    "aarch64": (0xC000_00B7, 277, (198, 203, 200, 221, 281, 425, 117)),
}
"""By machine: its name for the kernel (linux/audit.h), the number of `seccomp`, and those of what is refused."""
_ALLOW: Final = 0x7FFF_0000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Load a word of what is asked, compare it with a constant, answer (linux/bpf_common.h)."""
_CALL_AT, _MACHINE_AT = 0, 4
"""Where both stand in what is asked."""
_OTHER_ABI: Final = 0x4000_0000
"""The calls of programs with pointers of 32 bits have numbers from here on."""
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS, _IS_KNOWN = 38, 1, 1, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def seclude(refusal: Refusal = Refusal.ERROR) -> bool:
    """Refuse sockets and programs to this process for good; `False` where the kernel or the machine knows no way."""
    known = _NUMBERS.get(platform.machine())
    if known is None:
        return False
    machine, seccomp, refused = known
    code = _filter(machine, refused, refusal)
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return bool(libc.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)


def can_seclude() -> bool:
    """Whether `seclude` would; asking changes nothing."""
    known = _NUMBERS.get(platform.machine())
    answer = ctypes.c_uint32(Refusal.ERROR & 0xFFFF_0000)
    return known is not None and ctypes.CDLL(None).syscall(known[1], _IS_KNOWN, 0, ctypes.byref(answer)) == 0


def _filter(machine: int, refused: tuple[int, ...], refusal: Refusal) -> bytes:
    """Instructions of eight bytes; each comparison jumps to the last of them, the refusal, or goes on."""
    count = len(refused)
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 0, count + 3, machine),
        (_LOAD, 0, 0, _CALL_AT),
        (_AT_LEAST, count + 1, 0, _OTHER_ABI),
        *((_EQUAL, count - number, 0, call) for number, call in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, refusal),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
