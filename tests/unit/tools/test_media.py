import av
import numpy as np
import pytest

from tools.speech import SAMPLE_RATE, Recording, write
from tools.speech.media import FORMATS, TIMED

BURST = (1.0, 2.5)  # seconds


@pytest.fixture(scope="module")
def recording():
    pcm = np.zeros(4 * SAMPLE_RATE, np.int16)
    start, end = (round(time * SAMPLE_RATE) for time in BURST)
    pcm[start:end] = 8000 * np.sin(2 * np.pi * 440 * np.arange(end - start) / SAMPLE_RATE)
    return Recording(pcm)


def read(path):
    """Audio by its own clock: its start in seconds, `(channels, samples)` and the rate."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
        planar = av.AudioResampler("fltp", frames[0].layout, frames[0].sample_rate)
        blocks = [block.to_ndarray() for frame in frames for block in planar.resample(frame)]
        return frames[0].time, np.concatenate(blocks, axis=1), frames[0].sample_rate


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_holds_the_sound_at_its_time(extension, recording, tmp_path):
    _, audio, rate = read(write(recording, tmp_path / f"burst{extension}"))
    heard = np.flatnonzero(np.abs(audio[0]) > 0.1) / rate
    delay = 0.07  # an encoder's own, in formats that cannot declare it
    assert BURST[0] - 0.02 < heard[0] < BURST[0] + delay
    assert BURST[1] - 0.02 < heard[-1] < BURST[1] + delay


@pytest.mark.parametrize("extension", sorted(FORMATS.keys() - {".mp3"}))
@pytest.mark.parametrize(("channels", "rate"), [(1, 24_000), (2, 48_000), (6, 48_000)])
def test_channels_and_rate_are_those_asked_for(extension, channels, rate, recording, tmp_path):
    path = write(recording, tmp_path / f"burst{extension}", channels=channels, sample_rate=rate)
    _, audio, found = read(path)
    assert len(audio) == channels
    assert found == (48_000 if FORMATS[extension][1] == "libopus" else rate)  # opus is always decoded at 48 kHz


@pytest.mark.parametrize(("extension", "channels"), [(".wav", 2), (".mp3", 2), (".m4a", 2), (".flac", 6), (".ogg", 6)])
def test_different_recordings_stand_on_a_channel_each(extension, channels, recording, tmp_path):
    shorter = Recording(np.roll(recording.pcm, -SAMPLE_RATE // 2)[: 3 * SAMPLE_RATE])
    silence = [Recording(np.zeros(0, np.int16))] * (channels - 2)
    _, audio, rate = read(write([recording, shorter, *silence], tmp_path / f"call{extension}"))
    heard = [np.flatnonzero(np.abs(channel) > 0.1) / rate for channel in audio]
    assert [len(times) > 0 for times in heard] == [True, True] + [False] * (channels - 2)
    for times, early in zip(heard, (0, 0.5), strict=False):
        assert (times[0], times[-1]) == pytest.approx([burst - early for burst in BURST], abs=0.07)
    assert audio.shape[1] / rate == pytest.approx(recording.duration, abs=0.15)


@pytest.mark.parametrize("extension", sorted(TIMED))
def test_a_start_offset_moves_the_clock_of_the_file(extension, recording, tmp_path):
    assert read(write(recording, tmp_path / f"now{extension}"))[0] == pytest.approx(0, abs=0.01)
    later, audio, rate = read(write(recording, tmp_path / f"later{extension}", start_offset=5))
    heard = later + np.flatnonzero(np.abs(audio[0]) > 0.1)[0] / rate
    assert heard == pytest.approx(5 + BURST[0], abs=0.07)


def test_a_format_without_times_refuses_an_offset(recording, tmp_path):
    with pytest.raises(ValueError, match="always start at 0"):
        write(recording, tmp_path / "burst.wav", start_offset=5)


def test_an_unknown_extension_or_number_of_channels_is_refused(recording, tmp_path):
    with pytest.raises(ValueError, match=r"'\.txt' is not one of \.wav"):
        write(recording, tmp_path / "burst.txt")
    with pytest.raises(ValueError, match="3 channels"):
        write(recording, tmp_path / "burst.wav", channels=3)
    with pytest.raises(ValueError, match=r"6 channels in \.mp3"):
        write(recording, tmp_path / "burst.mp3", channels=6)
    with pytest.raises(ValueError, match="3 channels"):
        write([recording] * 3, tmp_path / "burst.wav")
    with pytest.raises(ValueError, match="2 recordings on 6 channels"):
        write([recording] * 2, tmp_path / "burst.wav", channels=6)
