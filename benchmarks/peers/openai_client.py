"""Sends clips through OpenAI's SDK, as programs do; run by the interpreter that has it (scripts/sdks).

Only the standard library and the SDK. Reads an order as JSON: `url` of a server with its `/v1`, `model`, `language`,
how many `clients` send at once, the `seconds` after which no clip is begun, and `clips`, paths of files. Prints a line
of JSON for each clip that is done, its place in the order, seconds and text, and at the end the seconds of them all.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import openai

RETRIES = 3
"""A connection that the server drops is tried again, on the clip's own time."""
PATIENCE_SECONDS = 600.0


async def main(order: dict[str, Any]) -> None:
    waiting = iter(enumerate(Path(clip) for clip in order["clips"]))
    began = time.monotonic()

    async def work(sdk: openai.AsyncOpenAI) -> None:
        while time.monotonic() < began + order["seconds"] and (found := next(waiting, None)):
            number, clip = found
            sent = time.monotonic()
            file = (clip.name, clip.read_bytes())
            asked = {"model": order["model"], "language": order["language"]}
            text = (await sdk.audio.transcriptions.create(file=file, **asked)).text
            print(json.dumps({"clip": number, "seconds": time.monotonic() - sent, "text": text}), flush=True)

    async with openai.AsyncOpenAI(
        base_url=order["url"], api_key="any", max_retries=RETRIES, timeout=PATIENCE_SECONDS
    ) as sdk:
        await asyncio.gather(*(work(sdk) for _ in range(order["clients"])))
    print(json.dumps({"elapsed": time.monotonic() - began}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
