"""A service as a watch sees it, inside the test."""

import json

import httpx

JOB = {
    "job_id": "j", "status": "COMPLETED", "progress": 100.0, "stage": None, "filename": "a", "language": "vi",
    "model": "demo", "duration": 1.0, "error_code": None, "error_message": None, "metadata": {},
}  # fmt: skip


class WatchedService:
    """One job for each idempotency key; `refusals` are answered before anything is accepted."""

    def __init__(self):
        self.keys, self.bodies, self.refusals, self.status, self.retries = [], [], [], "COMPLETED", 0

    def __call__(self, request):
        return self.answer(request)

    def answer(self, request):
        path = request.url.path
        if request.method == "POST" and path.endswith("/retry"):
            self.retries, self.status = self.retries + 1, "COMPLETED"
        elif request.method == "POST":
            if self.refusals:
                status = self.refusals.pop(0)
                return httpx.Response(status, json={"detail": "Why.", "code": "why"})
            self.keys.append(request.headers["idempotency-key"])
            self.bodies.append(request.content)
            return httpx.Response(202, json=JOB | {"status": "PENDING"})
        if path.endswith("/transcript"):
            return httpx.Response(200, text=f"as {request.url.params['format']}")
        reason = {"error_message": "No audio.", "error_code": "x"} if self.status == "FAILED" else {}
        return httpx.Response(200, content=json.dumps(JOB | {"status": self.status} | reason))
