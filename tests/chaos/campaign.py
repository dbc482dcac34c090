"""A service that dies over and over, at points that are named, under the requests of a story."""

import time

from tests.chaos.story import Story

MOST_DEATHS = 3
"""In one story: what sees its process die a dozen times is given up, as it should be."""
MOST_STORIES = 2
"""In which a point may be passed by; then it is said to be out of reach."""


class Campaign:
    """Stories one after another, while `victim` dies at one point after another."""

    def __init__(self, service, receiver, files):
        self.service, self.receiver, self.files = service, receiver, files
        self.asked = []
        self.hit, self.missed = [], []

    def tell(self, meanwhile=lambda: None):
        """A story from its first request to the last end of a job, with whoever dies started again."""
        story = Story(self.service, self.receiver, self.files)
        while not story.is_told:
            for name in self.service.died():
                self.died(name)
            meanwhile()
            time.sleep(0.02)
        self.asked += story.asked
        story.join()

    def died(self, name):
        self.service.start_again(name)

    def restart(self, name, **variables):
        """With these in its environment."""
        self.service.kill(name)
        self.service.arm(name, **variables)
        self.service.start(name, name.rstrip("0123456789"))

    def kill_at(self, victim, points):
        """Have `victim` die at each of these, given as `name[:n]`."""
        _Deaths(self, victim, list(points)).run()


class _Deaths:
    def __init__(self, campaign, victim, points):
        self._campaign, self._victim, self._points = campaign, victim, points
        self._armed = None
        self._stories = self._deaths = 0

    def run(self):
        service = self._campaign.service
        self._campaign.died = self._died
        service.kill(self._victim)
        self._start(arm=True)
        while self._points or self._armed:
            self._deaths, self._stories = 0, self._stories + 1
            self._campaign.tell()
            if self._armed is None or self._stories >= MOST_STORIES:
                if self._armed is not None:
                    self._campaign.missed.append(self._armed)
                service.kill(self._victim)
                self._start(arm=True)
        del self._campaign.died

    def _died(self, name):
        assert (name, self._armed is None) == (self._victim, False), f"{name} died: {self._campaign.service.logs()}"
        self._campaign.hit.append(self._armed)
        self._armed = None
        self._deaths += 1
        del self._campaign.service.processes[name]
        self._start(arm=self._deaths < MOST_DEATHS)

    def _start(self, *, arm):
        service = self._campaign.service
        if arm:
            self._armed = self._points.pop() if self._points else None
            self._stories = 0
        if self._armed is not None:
            service.arm(self._victim, STT_FAILPOINT=self._armed)
        service.start(self._victim, self._victim.rstrip("0123456789"))
