"""The command that needs no service: transcribe."""

import tempfile
from pathlib import Path

from stt.cli.delivery import deliver
from stt.cli.options import (
    AudioFile,
    ChannelsOption,
    EngineOption,
    FormatOption,
    HotwordsOption,
    LanguageOption,
    ModelOption,
    OutputOption,
    PromptOption,
    SpeakersOption,
    TaskOption,
    ToneMarksOption,
    TrackOption,
)
from stt.cli.running import run
from stt.cli.settings import ALONE, load
from stt.core.logger import configure_logging
from stt.domain.formats.rendering import Format
from stt.domain.whisper.models import ANY
from stt.services.jobs.options import Choices


def transcribe(  # noqa: PLR0913  a parameter is an option of the command
    file: AudioFile,
    *,
    form: FormatOption = Format.TXT,
    engine: EngineOption = None,
    model: ModelOption = None,
    language: LanguageOption = None,
    task: TaskOption = None,
    prompt: PromptOption = None,
    hotwords: HotwordsOption = None,
    channels: ChannelsOption = None,
    track: TrackOption = None,
    tone_marks: ToneMarksOption = None,
    speakers: SpeakersOption = None,
    output: OutputOption = None,
) -> None:
    """Transcribe a file here, without a service: the same pipeline, nothing kept but the transcript."""
    from stt.cli.alone import transcribe_alone

    chosen = Choices(
        language=language,
        model=model,
        task=task,
        prompt=prompt,
        hotwords=hotwords,
        channels=channels,
        track=track,
        tone_marks=tone_marks,
        speakers=speakers,
    )
    configured = load(**ALONE)
    configure_logging(configured.log_format, "error")
    with tempfile.TemporaryDirectory(prefix="stt-", ignore_cleanup_errors=True) as home:
        settings = load(
            **ALONE,
            data_dir=Path(home),
            scratch_dir=Path(home) / "scratch",
            model_dir=configured.models_path,
            engine=engine,
            models=ANY,
            poll_seconds=0.2,
        )
        transcript = run(transcribe_alone(settings, file, chosen))
    deliver(transcript.to_dict(), form, output)
