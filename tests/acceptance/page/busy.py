"""What a page takes, on the clock of its own thread: that stands still while other processes have the core."""

FRAME_SECONDS = 1 / 60
FRAMES = """frames => new Promise(resolve => {
    let left = frames;
    const step = () => (left-- ? requestAnimationFrame(step) : resolve());
    requestAnimationFrame(step);
})"""
"""Waits for so many frames."""


class Busy:
    """Seconds that the page's thread has worked."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def metric(self, name):
        found = self.session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in found if metric["name"] == name)

    def seconds(self):
        return self.metric("TaskDuration")
