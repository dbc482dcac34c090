"""What an inference process may be asked to do to itself; run in it by name."""

import ctypes
import os
import signal
import time
from pathlib import Path


def pid(key):
    return os.getpid()


def wait(key, seconds=60):
    time.sleep(seconds)


def calculate(key):
    """Keep the interpreter itself busy for minutes: no Python code runs meanwhile, no signal handler either."""
    return 3 ** (10**9)


def die(key, number=signal.SIGKILL):
    os.kill(os.getpid(), number)
    time.sleep(60)


def leave(key, code):
    os._exit(code)


def fail(key):
    raise RuntimeError("CUDA failed with error out of memory")


def chat(key):
    os.write(1, b"loading\n")
    os.write(2, b"warning\n")


def secrets(key):
    """All that can be found of the environment: as Python sees it, as C does, and as the system tells it to others."""
    as_c_sees_it = ctypes.CDLL(None).getenv
    as_c_sees_it.restype = ctypes.c_char_p
    told = Path("/proc/self/environ").read_bytes()
    return dict(os.environ), as_c_sees_it(b"MINIO_SECRET_KEY"), told


def environment(key):
    return {name: os.environ.get(f"{name}_NUM_THREADS") for name in ("OMP", "OPENBLAS")}


def echo(key, value):
    return value
