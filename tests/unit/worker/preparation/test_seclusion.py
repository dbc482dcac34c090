"""What a process that decodes could only want to do harm with, it is refused by the kernel."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from stt.worker.preparation import seclusion
from stt.worker.preparation.seclusion import can_seclude, seclude

REFUSED = {
    "socket": "socket.socket()",
    "connection": "socket.create_connection(('127.0.0.1', 9))",
    "program": "subprocess.run(['true'])",
    "fork and program": "os.posix_spawn('/bin/true', ['true'], {})",
}

needs_a_kernel = pytest.mark.skipif(not can_seclude(), reason="this kernel or machine has no filters of system calls")


def run(script):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    prelude = """
        import os, socket, subprocess, sys, threading
        from stt.worker.preparation.seclusion import Refusal, seclude
        def tried(what):
            try: eval(what)
            except OSError as error: print(type(error).__name__, flush=True)
            else: print("done", flush=True)
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(prelude) + textwrap.dedent(script)],
        input="",
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@needs_a_kernel
@pytest.mark.parametrize("what", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_in_threads_that_ran_before_too(what):
    done = run(f"""
        go = threading.Event()
        thread = threading.Thread(target=lambda: (go.wait(), tried({what!r})))
        thread.start()
        print(seclude())
        tried({what!r})
        go.set(); thread.join()
    """)
    assert done.stdout.split() == ["True", "PermissionError", "PermissionError"], done.stderr


@needs_a_kernel
def test_files_pipes_and_threads_are_left():
    done = run("""
        seclude()
        tried("open(sys.executable, 'rb').read(10)")
        tried("os.write(os.pipe()[1], b'x')")
        tried("threading.Thread(target=int).start()")
    """)
    assert done.stdout.split() == ["done"] * 3, done.stderr


@needs_a_kernel
def test_who_asks_can_be_made_to_die_of_it():
    assert run("seclude(Refusal.DEATH); tried('socket.socket()')").returncode == -signal.SIGSYS


@needs_a_kernel
def test_the_process_that_decodes_is_secluded():
    done = run("""
        from stt.worker.preparation import child
        tried("socket.socket()")
        child.main()
        os.dup2(2, 1)
        tried("socket.socket()")
    """)
    assert done.stdout.split() == ["done"]
    assert "PermissionError" in done.stderr


def test_on_a_machine_whose_calls_are_not_known_nothing_is_done(monkeypatch):
    monkeypatch.setattr(seclusion.platform, "machine", lambda: "m68k")
    assert not can_seclude()
    assert not seclude()
