"""What an inference process may be asked to do to itself; run in it by name."""

import os
import signal
import time


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


def environment(key):
    return {name: os.environ.get(f"{name}_NUM_THREADS") for name in ("OMP", "OPENBLAS")}


def echo(key, value):
    return value
