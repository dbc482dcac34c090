"""What goes wrong around a service, over and over, while its callers go on."""

import time


class Trouble:
    """Every so many seconds one of these, by chance, until `most` were made; each is told in `made` by its name.

    A trouble is a function; what it returns is called when it has lasted, `None` where it is over by itself.
    """

    def __init__(self, chance, kinds, most, *, pause=(0.5, 2.5), lasting=(0.2, 2.5)):
        self._chance, self._kinds, self._most = chance, list(kinds), most
        self._pause, self._lasting = pause, lasting
        self._next, self._end = time.monotonic(), None
        self.made = []

    @property
    def is_enough(self):
        return len(self.made) >= self._most

    def look(self):
        if time.monotonic() < self._next:
            return
        if self._end is not None:
            self.over()
        elif not self.is_enough:
            kind = self._chance.choice(self._kinds)
            self.made.append(kind.__name__)
            self._end = kind()
        self._next = time.monotonic() + self._chance.uniform(*(self._lasting if self._end else self._pause))

    def over(self):
        """End what lasts."""
        end, self._end = self._end, None
        if end is not None:
            end()


def in_trouble(running, trouble):
    """Stories until there was enough of it."""
    while not trouble.is_enough:
        running.tell(trouble.look)
        trouble.over()
