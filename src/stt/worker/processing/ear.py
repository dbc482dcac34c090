"""The ear for voices of a consumer: both networks, loaded when the first job asks for speakers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stt.domain.jobs.chunk import Span
from stt.domain.jobs.guidance import Guidance
from stt.domain.transcripts.known_speaker import Sample
from stt.worker.audio import flac
from stt.worker.audio.band import is_narrow
from stt.worker.audio.pcm import Pcm
from stt.worker.speakers.hearing import hear_voices
from stt.worker.speakers.naming import Known, voice_in
from stt.worker.speakers.tracks import Heard

if TYPE_CHECKING:
    from stt.worker.speakers.networks import Networks


class Ear:
    """Hears at most `at_once` chunks at the same time, each in a thread: the networks let go of Python's lock.

    `model` gives the directory of the model, fetched if need be.
    """

    def __init__(self, model: Callable[[], Awaitable[Path]], at_once: int) -> None:
        self._model = model
        self._free = asyncio.Semaphore(at_once)
        self._loading = asyncio.Lock()
        self._networks: Networks | None = None

    async def hear(self, pcm: Pcm, asked: Guidance) -> bytes | None:
        """The voices in the audio of a chunk, to be stored; nothing where nobody asked for speakers.

        Raises:
            ModelUnavailable: the model is not here and cannot be fetched.
        """
        if asked.wanted_speakers is None:
            return None
        networks = await self._loaded()
        async with self._free:
            return await asyncio.to_thread(lambda: hear_voices(pcm, networks).to_bytes())

    async def known(self, samples: Sequence[Sample]) -> list[Known]:
        """The voices of those who speak in samples, as far as they are clearly heard.

        From a telephone they are not: two women who read English aloud are 0.18 apart there, as near as one is to
        herself, and of 204 names that such samples gave 18 were wrong.

        Raises:
            ModelUnavailable: the model is not here and cannot be fetched.
        """
        if not samples:
            return []
        networks = await self._loaded()

        def voice_of(sample: Sample) -> Known | None:
            pcm = flac.decode(sample.flac)
            if is_narrow(pcm):
                return None
            heard = hear_voices(pcm, networks)
            voice = voice_in([Heard(0.0, Span(0.0, sample.seconds), heard)])
            return None if voice is None else Known(sample.name, voice)

        async with self._free:
            found = await asyncio.to_thread(lambda: [voice_of(sample) for sample in samples])
        return [known for known in found if known is not None]

    async def _loaded(self) -> "Networks":
        async with self._loading:
            if self._networks is None:
                from stt.worker.speakers.networks import Networks  # with ONNX Runtime, for jobs that need it

                self._networks = await asyncio.to_thread(Networks, await self._model())
            return self._networks
