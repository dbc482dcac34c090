"""An empty FastAPI route, served as the service serves its own: `python -m benchmarks.overhead.empty PORT`."""

import sys

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/empty")
async def empty() -> dict[str, str]:
    """Nothing."""
    return {}


if __name__ == "__main__":
    options = {"lifespan": "off", "ws": "none", "log_config": None, "access_log": False}
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), **options)
