"""Named points of the service at which a process under test is killed, or falls asleep, by its own hand.

    STT_FAILPOINT=name[:n]          the point, and at which pass (the first)
    STT_FAILPOINT_SIGNAL=SIGKILL    or SIGSTOP
    STT_FAILPOINTS_PASSED=file      the name of every point that is passed is appended to it

A process of the service knows nothing of them: `tests.chaos.process` starts it with parts that do.
"""

import os
import signal
from collections import Counter
from pathlib import Path


class Points:
    def __init__(self, armed="", number=signal.SIGKILL, passed_file=None):
        self._name, _, count = armed.partition(":")
        self._left = int(count or 1)
        self._signal = number
        self.before_sleep = lambda: None
        self._passed = os.open(passed_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT) if passed_file else None

    @classmethod
    def of(cls, environment):
        name = environment.get("STT_FAILPOINT_SIGNAL", "SIGKILL")
        return cls(environment.get("STT_FAILPOINT", ""), signal.Signals[name], environment.get("STT_FAILPOINTS_PASSED"))

    def passed(self, name):
        if self._passed is not None:
            os.write(self._passed, f"{name}\n".encode())
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                if self._signal is signal.SIGSTOP and not name.endswith("/commit"):
                    self.before_sleep()
                os.kill(os.getpid(), self._signal)


def passes_in(file):
    """How often each point was passed, by what `STT_FAILPOINTS_PASSED` says."""
    return Counter(Path(file).read_text().split("\n")[:-1])
