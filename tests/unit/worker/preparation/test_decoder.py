"""Any file becomes 16 kHz mono on its own clock, or a sentence that says why not."""

import socket
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition

from stt.domain.jobs.guidance import ONE_TRACK, Channels
from stt.worker.constants import SAMPLE_RATE
from stt.worker.errors import AudioEncrypted, AudioTooLong, AudioUnreadable, TrackMissing
from stt.worker.preparation import source
from stt.worker.preparation.decoder import Decoder
from tests.unit.worker.sounds import bursts, onsets, steady, write

TIMES = [1.0, 2.5, 9.0]
NO_TEXT = b"\xff\xfe D\xfcnn"
"""As a title: the beginning of UTF-16, then Latin-1."""


def decoded(path: Path, max_seconds: float = 1000.0, track: str = ONE_TRACK) -> tuple[Decoder, np.ndarray]:
    audio = Decoder(path, max_seconds=max_seconds, track=track)
    return audio, np.concatenate(list(audio.blocks()), axis=1)[0]


def damage(path: Path, first: float, last: float, rubbish: int | None = None) -> Path:
    """Cut a file off at `last` of its length, or overwrite the part from `first` on."""
    body = bytearray(path.read_bytes())
    start, end = int(len(body) * first), int(len(body) * last)
    body = body[:end] if rubbish is None else body[:start] + bytes([rubbish]) * (end - start) + body[end:]
    damaged = path.with_name(f"damaged-{path.name}")
    damaged.write_bytes(body)
    return damaged


@pytest.mark.parametrize("rate", [1, 1_999])
def test_a_file_of_too_few_samples_per_second_is_refused_with_a_sentence(tmp_path, rate):
    """160 kB of one sample per second took nine minutes to become 44 hours of nothing."""
    path = write(tmp_path / "slow.wav", bursts([], 1.0, 16_000), codec="pcm_s16le", rate=rate)
    with pytest.raises(AudioUnreadable, match=f"has {rate} samples per second; speech needs 2000 at least"):
        decoded(path)


@pytest.mark.parametrize(
    ("name", "codec", "rate", "tolerance"),
    [
        ("a.wav", "pcm_s16le", 44_100, 0.002),
        ("a.flac", "flac", 44_100, 0.002),
        ("a.mp3", "libmp3lame", 44_100, 0.002),
        ("a.m4a", "aac", 44_100, 0.002),
        ("a.mp4", "alac", 48_000, 0.002),
        ("a.opus", "libopus", 48_000, 0.002),
        ("a.webm", "libopus", 48_000, 0.002),
        ("a.mkv", "flac", 48_000, 0.002),
        ("a.mka", "mp2", 44_100, 0.03),
        ("a.aac", "aac", 44_100, 0.03),  # ADTS cannot say how long the encoder's delay is
    ],
)
def test_a_sound_is_where_it_is_in_the_file_in_every_format(tmp_path, name, codec, rate, tolerance):
    audio, pcm = decoded(write(tmp_path / name, bursts(TIMES, 10, rate), codec=codec, rate=rate))
    assert onsets(pcm) == pytest.approx(TIMES, abs=tolerance)
    assert audio.duration == len(pcm) / SAMPLE_RATE == pytest.approx(10, abs=0.05)
    assert audio.broke_off is None
    assert audio.skipped == 0
    assert pcm.dtype == np.int16


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp3", "libmp3lame"),
        ("a.wav", "pcm_s16le"),
        ("a.flac", "flac"),
        ("a.ogg", "libopus"),
        ("a.m4a", "aac"),
        ("a.mp4", "alac"),
        ("a.mov", "aac"),
        ("a.mkv", "flac"),
        ("a.webm", "libopus"),
        ("a.aiff", "pcm_s16be"),
        ("a.caf", "pcm_s16le"),
    ],
)
def test_a_title_that_is_no_text_costs_nothing_of_the_sound(tmp_path, name, codec):
    options = {"write_id3v2": "1"} if name == "a.aiff" else None
    sound = bursts(TIMES, 10, 48_000)
    path = write(tmp_path / name, sound, codec=codec, rate=48_000, options=options, title=NO_TEXT)
    assert NO_TEXT in path.read_bytes()
    assert onsets(decoded(path)[1]) == pytest.approx(TIMES, abs=0.002)


def test_an_old_tag_in_an_encoding_of_its_own_costs_nothing_of_the_sound(tmp_path):
    untagged = {"id3v2_version": "0"}
    path = write(tmp_path / "a.mp3", bursts(TIMES, 10, 44_100), codec="libmp3lame", rate=44_100, options=untagged)
    path.write_bytes(path.read_bytes() + b"TAG" + NO_TEXT.ljust(125, b"\0"))  # ID3v1
    assert onsets(decoded(path)[1]) == pytest.approx(TIMES, abs=0.002)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_every_sample_rate_keeps_time(tmp_path, rate):
    audio, pcm = decoded(write(tmp_path / "a.flac", bursts(TIMES, 10, rate), codec="flac", rate=rate))
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.002)
    assert audio.duration == pytest.approx(10, abs=0.001)


@pytest.mark.parametrize(("layout", "channels"), [("mono", 1), ("stereo", 2), ("5.1", 6), ("7.1", 8)])
def test_channels_are_mixed_without_clipping(tmp_path, layout, channels):
    clock = np.arange(48_000) / 48_000
    full = np.tile(np.sin(2 * np.pi * 440 * clock), (channels, 1))
    _, pcm = decoded(write(tmp_path / "a.wav", full, codec="pcm_s16le", layout=layout, rate=48_000))
    wanted = 32767 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    assert np.abs(pcm[1000:15_000] - wanted[1000:15_000]).max() < 300


@pytest.mark.parametrize(("layout", "speaker"), [("stereo", 0), ("stereo", 1), ("5.1", 2), ("5.1", 4)])
def test_who_speaks_on_one_channel_alone_is_heard(tmp_path, layout, speaker):
    sound = np.zeros((6 if layout == "5.1" else 2, 160_000))
    sound[speaker] = bursts(TIMES, 10)
    _, pcm = decoded(write(tmp_path / "a.wav", sound, codec="pcm_s16le", layout=layout))
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.002)


@pytest.mark.parametrize(
    ("name", "codec", "layout"),
    [
        ("a.wav", "pcm_s16le", "stereo"),
        ("a.mp3", "libmp3lame", "stereo"),
        ("a.m4a", "aac", "stereo"),
        ("a.flac", "flac", "5.1"),
        ("a.opus", "libopus", "5.1"),
        ("a.wav", "pcm_s16le", "7.1"),
    ],
)
def test_channels_can_be_kept_apart(tmp_path, name, codec, layout):
    count = av.AudioLayout(layout).nb_channels
    spoken = [[channel + 1.0, 9.5 - channel] for channel in range(count)]
    spoken[3:4] = [[]] * (count > 3)  # the fourth is the one for low tones, in which some codecs keep no others
    sound = np.stack([bursts(times, 10, 48_000) for times in spoken])
    path = write(tmp_path / name, sound, codec=codec, layout=layout, rate=48_000)
    audio = Decoder(path, max_seconds=1000, channels=Channels.SEPARATE)
    pcm = np.concatenate(list(audio.blocks()), axis=1)
    assert [onsets(track) for track in pcm] == [pytest.approx(sorted(times), abs=0.003) for times in spoken]
    assert audio.duration == pcm.shape[1] / SAMPLE_RATE


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "flac"), ("a.mp4", "alac"), ("a.ts", "mp2")])
def test_time_begins_with_the_picture_where_the_sound_comes_later(tmp_path, name, codec):
    path = write(
        tmp_path / name, bursts(TIMES, 10), codec=codec, retime=lambda sample: sample + 32_000, pictures=steady(12)
    )
    assert onsets(decoded(path)[1]) == pytest.approx([t + 2 for t in TIMES], abs=0.03)


def test_time_begins_with_the_sound_where_there_is_nothing_else(tmp_path):
    path = write(tmp_path / "a.mkv", bursts(TIMES, 10), codec="flac", retime=lambda sample: sample + 1_600_000)
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.002)
    assert audio.broke_off is None


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "flac"), ("a.mp4", "alac")])
def test_a_jump_in_time_becomes_silence(tmp_path, name, codec):
    path = write(
        tmp_path / name, bursts(TIMES, 10), codec=codec, retime=lambda sample: sample + 48_000 * (sample >= 80_000)
    )
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx([1.0, 2.5, 12.0], abs=0.002)
    assert audio.duration == pytest.approx(13, abs=0.01)


def test_what_an_edit_list_cuts_away_is_not_heard(tmp_path):
    path = write(tmp_path / "a.mp4", bursts(TIMES, 10), codec="alac", retime=lambda sample: sample - 32_000)
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx([0.5, 7.0], abs=0.002)
    assert audio.broke_off is None


@pytest.mark.parametrize(("codec", "pictures"), [("alac", 0), ("aac", 0), ("alac", 14)])
def test_what_an_edit_list_delays_has_silence_before_it(tmp_path, codec, pictures):
    path = write(
        tmp_path / "a.mp4",
        bursts(TIMES, 10),
        codec=codec,
        retime=lambda sample: sample + 64_000,
        pictures=steady(pictures, start=1.0),
    )
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx([t + 4 for t in TIMES], abs=0.005)
    assert audio.broke_off is None


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_pictures_that_an_edit_list_cuts_away_do_not_delay_the_sound(tmp_path, name):
    path = write(tmp_path / name, bursts(TIMES, 10), codec="alac", pictures=steady(14, start=-2.0))
    with av.open(path) as container:
        first = next(packet for packet in container.demux() if packet.stream.type == "video")
    assert first.pts * first.time_base < -1  # they are there, for the others to build on
    assert onsets(decoded(path)[1]) == pytest.approx(TIMES, abs=0.002)


@pytest.mark.parametrize(
    ("name", "codec", "pictures"), [("a.ogg", "libopus", 0), ("a.mkv", "flac", 0), ("a.mkv", "flac", 10)]
)
def test_a_clock_that_begins_late_does_not_make_a_file_broken_off(tmp_path, name, codec, pictures):
    path = write(
        tmp_path / name,
        bursts(TIMES, 10, 48_000),
        codec=codec,
        rate=48_000,
        retime=lambda sample: sample + 5 * 48_000,
        pictures=steady(pictures, start=5.0),
    )
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.03)
    assert audio.broke_off is None


def test_joined_recordings_follow_one_another(tmp_path):
    one = write(tmp_path / "a.ts", bursts(TIMES, 10), codec="mp2")
    two = tmp_path / "two.ts"
    two.write_bytes(one.read_bytes() * 2)
    assert onsets(decoded(two)[1]) == pytest.approx([*TIMES, *(t + 10 for t in TIMES)], abs=0.1)


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.wav", "pcm_s16le", {}),
        ("a.mp3", "libmp3lame", {}),
        ("a.flac", "flac", {}),
        ("a.opus", "libopus", {}),
        ("a.m4a", "aac", {"movflags": "faststart"}),
        ("a.webm", "libopus", {}),
        ("a.aac", "aac", {}),
        ("a.mp4", "aac", {"movflags": "frag_keyframe+empty_moov", "frag_duration": "1000000"}),
    ],
)
def test_a_truncated_file_is_given_as_far_as_it_goes_and_says_where_it_broke_off(tmp_path, name, codec, options):
    noise = np.random.default_rng(0).normal(0, 0.05, 480_000)
    whole = write(tmp_path / name, noise + bursts(TIMES, 10, 48_000), codec=codec, rate=48_000, options=options)
    audio, pcm = decoded(damage(whole, 0, 0.6))
    assert onsets(pcm, level=9000) == pytest.approx([1.0, 2.5], abs=0.03)
    assert audio.broke_off == audio.duration == pytest.approx(5.5, abs=0.6)
    assert decoded(whole)[0].broke_off is None


def test_a_truncated_video_says_where_its_sound_broke_off(tmp_path):
    noise = np.random.default_rng(0).normal(0, 0.05, 160_000)
    whole = write(tmp_path / "a.mkv", noise, codec="flac", pictures=steady(14))
    assert decoded(whole)[0].broke_off is None
    assert decoded(damage(whole, 0, 0.5))[0].broke_off == pytest.approx(5, abs=1.5)


def test_an_mp3_without_a_length_is_not_taken_for_broken_off(tmp_path):
    sound = bursts(TIMES, 10, 44_100) + 0.1 * bursts(list(np.arange(0, 3, 0.05)), 10, 44_100)
    path = write(tmp_path / "a.mp3", sound, codec="libmp3lame", rate=44_100, options={"write_xing": "0"})
    assert decoded(path)[0].broke_off is None


@pytest.mark.parametrize(("name", "codec"), [("a.m4a", "aac"), ("a.flac", "flac"), ("a.opus", "libopus")])
def test_damage_in_the_middle_costs_what_is_damaged_and_moves_nothing(tmp_path, name, codec):
    noise = np.random.default_rng(0).normal(0, 0.05, 480_000)
    whole = write(tmp_path / name, noise + bursts(TIMES, 10, 48_000), codec=codec, rate=48_000)
    audio, pcm = decoded(damage(whole, 0.5, 0.55, rubbish=0))
    assert onsets(pcm, level=9000) == pytest.approx(TIMES, abs=0.01)
    assert audio.duration == pytest.approx(10, abs=0.1)
    assert audio.broke_off is None
    # FLAC and Ogg find the damage by checksums before the decoder sees it.
    assert (audio.skipped > 0) == (codec == "aac")


def test_the_length_is_limited_by_what_comes_out(tmp_path):
    path = write(tmp_path / "bomb.flac", np.zeros(60 * SAMPLE_RATE), codec="flac")
    given = []
    with pytest.raises(AudioTooLong, match="10 seconds"):
        given.extend(Decoder(path, max_seconds=10).blocks())
    assert 9 <= len(given) <= 10
    assert decoded(path, max_seconds=60)[0].duration == 60


def test_an_invented_duration_in_the_header_changes_nothing(tmp_path):
    path = write(tmp_path / "a.wav", bursts(TIMES, 10), codec="pcm_s16le")
    body = bytearray(path.read_bytes())
    size = body.index(b"data") + 4
    body[size : size + 4] = (2**31).to_bytes(4, "little")
    path.write_bytes(body)
    assert decoded(path, max_seconds=11)[0].duration == 10


def unreadable(path: Path) -> str:
    with pytest.raises(AudioUnreadable) as caught:
        decoded(path)
    assert str(path.parent) not in caught.value.message
    return caught.value.message


def test_what_is_no_audio_is_refused_with_a_sentence(tmp_path):
    text = tmp_path / "text"
    text.write_text("Dear Sir or Madam\n" * 50)
    assert "Matroska" in unreadable(text)
    empty = tmp_path / "empty"
    empty.touch()
    assert unreadable(empty)
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"RIFF\xff\xff\xff\x7fWAVE" + bytes(range(256)) * 40)
    assert unreadable(garbage)


def test_an_mp4_that_lost_its_index_is_refused_with_a_sentence(tmp_path):
    assert "index" in unreadable(damage(write(tmp_path / "a.m4a", bursts(TIMES, 10), codec="aac"), 0, 0.6))


def test_a_video_without_sound_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "mute.mp4"
    with av.open(path, "w") as target:
        stream = target.add_stream("mpeg4", rate=10, width=64, height=64)
        for frame in range(10):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), frame, np.uint8), format="rgb24")
            target.mux(stream.encode(picture))
        target.mux(stream.encode(None))
    assert unreadable(path) == "The file has no audio track; it holds only video."


def test_a_codec_that_is_not_accepted_is_named(tmp_path, monkeypatch):
    path = write(tmp_path / "a.wav", bursts(TIMES, 10, 44_100), codec="adpcm_yamaha", rate=44_100)
    assert onsets(decoded(path)[1]) == pytest.approx(TIMES, abs=0.002)
    monkeypatch.setattr(source, "codecs", lambda: frozenset({"flac"}))
    assert "adpcm_yamaha" in unreadable(path)


def test_a_codec_that_nobody_knows_is_refused_with_a_sentence(tmp_path):
    path = write(tmp_path / "a.wav", bursts(TIMES, 10), codec="pcm_s16le")
    body = path.read_bytes()
    path.write_bytes(body.replace(b"fmt \x10\0\0\0\x01\0", b"fmt \x10\0\0\0\x34\x12"))
    assert "not known here" in unreadable(path)


def test_a_file_without_a_single_sample_is_refused_with_a_sentence(tmp_path):
    path = write(tmp_path / "a.wav", bursts(TIMES, 10), codec="pcm_s16le")
    path.write_bytes(path.read_bytes()[: path.read_bytes().index(b"data") + 8])
    assert "0 seconds" in unreadable(path)


def test_audio_of_which_nothing_can_be_decoded_is_refused_with_a_sentence(tmp_path):
    whole = write(tmp_path / "a.m4a", bursts(TIMES, 10), codec="aac", options={"movflags": "faststart"})
    body = bytearray(whole.read_bytes())
    media = body.index(b"mdat") + 4
    body[media:] = b"\xff" * (len(body) - media)
    whole.write_bytes(body)
    assert "damaged" in unreadable(whole)


def test_a_missing_file_is_not_blamed_on_its_content(tmp_path):
    with pytest.raises(FileNotFoundError):
        decoded(tmp_path / "nowhere")


@pytest.fixture
def victim(tmp_path) -> Path:
    """Another owner's audio."""
    return write(tmp_path / "victim.mp3", bursts(TIMES, 10), codec="libmp3lame")


@pytest.fixture
def listener():
    """A server that must never be called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        calls = []
        server.settimeout(10)

        def accept():
            try:
                calls.append(server.accept())
            except OSError:
                return

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def playlist(target: str) -> str:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n"


def hostile(victim: Path, port: int) -> dict[str, str]:
    manifest = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT10S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" '
        f'bandwidth="1"><BaseURL>{victim}</BaseURL></Representation></AdaptationSet></Period></MPD>'
    )
    return {
        "hls-file": playlist(str(victim)),
        "hls-http": playlist(f"http://127.0.0.1:{port}/secret.mp3"),
        "dash": manifest,
        "concat": f"ffconcat version 1.0\nfile '{victim}'\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5044 RTP/AVP 0\n",
    }


@pytest.mark.parametrize("kind", ["hls-file", "hls-http", "dash", "concat", "sdp"])
@pytest.mark.parametrize("extension", ["", ".m3u8", ".mpd", ".ffconcat", ".sdp", ".mp3"])
def test_a_file_that_names_another_is_refused_whatever_it_is_called(tmp_path, victim, listener, kind, extension):
    port, calls = listener
    path = tmp_path / f"upload{extension}"
    path.write_text(hostile(victim, port)[kind])
    assert unreadable(path)
    assert not calls


def test_without_the_whitelist_a_playlist_would_give_away_another_owners_audio(tmp_path, victim, monkeypatch):
    path = tmp_path / "upload.m3u8"
    path.write_text(playlist(str(victim)))
    monkeypatch.setattr(source, "options", dict)
    assert onsets(decoded(path)[1]) == pytest.approx(TIMES, abs=0.1)


def test_pictures_are_never_decoded(tmp_path, monkeypatch):
    path = write(tmp_path / "a.mkv", bursts(TIMES, 10), codec="flac", pictures=steady(10))

    def refused_codecs() -> list[str]:
        before = av.logging.get_level()
        av.logging.set_level(av.logging.ERROR)
        try:
            with av.logging.Capture() as logs:
                decoded(path)
        finally:
            av.logging.set_level(before)
        return [message for _, _, message in logs if "not on whitelist" in message]

    assert any("mpeg4" in message for message in refused_codecs())
    monkeypatch.setattr(source, "options", dict)
    assert refused_codecs() == []


def notes_of(audio: Decoder) -> list[str]:
    return [note.code for note in audio.notes]


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("a.mp3", "libmp3lame"), ("a.webm", "libopus")])
def test_stereo_of_which_one_side_is_inverted_is_heard_and_said(tmp_path, name, codec):
    sound = 0.2 * np.random.default_rng(0).normal(0, 1, 48_000 * 4)
    path = write(tmp_path / name, np.stack([sound, -sound]), codec=codec, layout="stereo", rate=48_000)
    audio, pcm = decoded(path)
    assert np.sqrt(np.mean(pcm.astype(float) ** 2)) > 2000
    assert notes_of(audio) == ["channels_cancel"]


def two_tracks(path: Path, first: np.ndarray, second: np.ndarray, *, default: int = 0, codecs=("aac", "aac")) -> Path:
    with av.open(path, "w") as target:
        streams = [target.add_stream(codec, rate=48_000, layout="mono") for codec in codecs]
        for number, title in enumerate(("Desktop", "Mic")):
            streams[number].metadata["title"] = title
            streams[number].disposition = Disposition.default if number == default else Disposition(0)
        for stream, sound in zip(streams, (first, second), strict=True):
            samples = np.round(sound * 32767).astype(np.int16)[np.newaxis]
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
            resampler = av.AudioResampler(stream.format, "mono", 48_000, frame_size=stream.frame_size or 1024)
            for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
                target.mux(stream.encode(piece))
    return path


SILENT = np.zeros(480_000)
SPOKEN = bursts(TIMES, 10, 48_000)
OTHER = bursts([4.0], 8, 48_000)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
def test_the_first_track_that_is_not_silent_is_heard_and_the_others_are_named(tmp_path, name):
    audio, pcm = decoded(two_tracks(tmp_path / name, SILENT, SPOKEN))
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.03)
    assert notes_of(audio) == ["tracks_left_out"]
    assert "Left out: 1" in audio.notes[0].message


def test_the_default_track_goes_first(tmp_path):
    audio, pcm = decoded(two_tracks(tmp_path / "a.mkv", SPOKEN, OTHER, default=1))
    assert onsets(pcm) == pytest.approx([4.0], abs=0.03)
    assert "Left out: 1 (Desktop)" in audio.notes[0].message


def test_a_track_that_ends_before_another_is_half_through_goes_behind_it(tmp_path):
    short = bursts([0.5], 2, 48_000)
    assert onsets(decoded(two_tracks(tmp_path / "a.mkv", short, OTHER))[1]) == pytest.approx([4.0], abs=0.03)
    assert onsets(decoded(two_tracks(tmp_path / "a.mkv", short, OTHER), track="1")[1]) == pytest.approx([0.5], abs=0.03)


def test_a_track_that_cannot_be_read_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "codecs", lambda: frozenset({"flac"}))
    audio, pcm = decoded(two_tracks(tmp_path / "a.mkv", OTHER, SPOKEN, codecs=("aac", "flac")))
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.03)
    assert "1 (Desktop) which cannot be read" in audio.notes[0].message


@pytest.mark.parametrize(("track", "times"), [("1", TIMES), ("2", [4.0])])
def test_a_track_can_be_chosen_by_its_number(tmp_path, track, times):
    audio, pcm = decoded(two_tracks(tmp_path / "a.mkv", SPOKEN, OTHER), track=track)
    assert onsets(pcm) == pytest.approx(times, abs=0.03)
    assert notes_of(audio) == ["tracks_left_out"]


def test_all_tracks_are_heard_apart_on_one_clock(tmp_path):
    audio = Decoder(two_tracks(tmp_path / "a.mkv", SPOKEN, OTHER), max_seconds=100, track="all")
    pcm = np.concatenate(list(audio.blocks()), axis=1)
    assert [onsets(track) for track in pcm] == [pytest.approx(TIMES, abs=0.03), pytest.approx([4.0], abs=0.03)]
    assert audio.duration == pytest.approx(10, abs=0.1)
    assert audio.notes == []


def test_a_track_that_is_not_there_is_refused_with_what_there_is(tmp_path):
    path = two_tracks(tmp_path / "a.mkv", SPOKEN, OTHER)
    with pytest.raises(TrackMissing, match="2 audio tracks and no track 3"):
        decoded(path, track="3")


def test_finding_a_track_that_speaks_gives_signs_of_life(tmp_path):
    beats = []
    path = two_tracks(tmp_path / "a.mkv", SILENT, SPOKEN)
    list(Decoder(path, max_seconds=100, beat=lambda: beats.append(1)).blocks())
    assert len(beats) >= 9


def clip(path: Path, times, seconds, *, layout="mono", codec="libopus", options=None) -> bytes:
    sound = np.tile(bursts(times, seconds, 48_000), (av.AudioLayout(layout).nb_channels, 1))
    return write(path, sound, codec=codec, layout=layout, rate=48_000, options=options).read_bytes()


LIVE = {"live": "1"}


@pytest.mark.parametrize(
    ("name", "codec", "options", "tolerance"),
    [
        ("a.webm", "libopus", LIVE, 0.03),
        ("a.webm", "libopus", None, 0.03),
        ("a.mkv", "flac", None, 0.03),
        ("a.ogg", "libopus", None, 0.03),
        ("a.wav", "pcm_s16le", None, 0.002),
        ("a.flac", "flac", None, 0.002),
        ("a.m4a", "aac", None, 0.2),
        ("a.ts", "mp2", None, 0.3),
        ("a.mp3", "libmp3lame", None, 0.3),
    ],
)
def test_clips_joined_byte_by_byte_lose_nothing(tmp_path, name, codec, options, tolerance):
    path = tmp_path / f"joined-{name}"
    one = clip(tmp_path / name, [0.4], 0.8, codec=codec, options=options)
    other = clip(tmp_path / name, [0.2, 1.6], 2, layout="stereo" if name != "a.ts" else "mono", codec=codec)
    path.write_bytes(one + one + other + one)
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx([0.4, 1.2, 1.8, 3.2, 4.0], abs=tolerance)
    assert audio.broke_off is None
    assert audio.notes == []


def test_a_clip_among_others_that_cannot_be_read_is_named(tmp_path):
    one = clip(tmp_path / "a.flac", [0.4], 0.8, codec="flac")
    path = tmp_path / "joined.flac"
    path.write_bytes(one + one[:42] + one)
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx([0.4, 1.2], abs=0.002)
    assert notes_of(audio) == ["part_unreadable"]
    assert "Number 2 of the 3 recordings" in audio.notes[0].message


def test_what_lies_behind_the_end_that_a_wav_states_is_read(tmp_path):
    path = write(tmp_path / "a.wav", bursts(TIMES, 10), codec="pcm_s16le")
    body = bytearray(path.read_bytes())
    size = body.index(b"data") + 4
    body[size : size + 4] = (16_000).to_bytes(4, "little")
    path.write_bytes(body)
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.002)
    assert audio.broke_off is None


@pytest.mark.parametrize(("name", "codec"), [("a.webm", "libopus"), ("a.mkv", "flac"), ("a.mp4", "alac")])
@pytest.mark.parametrize("options", [{}, LIVE])
def test_a_pause_of_more_than_an_hour_is_as_long_as_the_container_says(tmp_path, name, codec, options):
    if name == "a.mp4":
        options = {}
    path = write(
        tmp_path / name,
        bursts(TIMES, 10, 48_000),
        codec=codec,
        rate=48_000,
        retime=lambda sample: sample + 4200 * 48_000 * (sample >= 240_000),
        options=options,
    )
    audio, pcm = decoded(path, max_seconds=5000)
    assert onsets(pcm) == pytest.approx([1.0, 2.5, 4209.0], abs=0.03)
    assert audio.broke_off is None


def test_sound_that_begins_more_than_an_hour_behind_the_picture_is_there(tmp_path):
    path = write(
        tmp_path / "a.mp4",
        bursts(TIMES, 10),
        codec="aac",
        retime=lambda sample: sample + 4000 * 16_000,
        pictures=[0.0, 1.0, 4009.0],
    )
    audio, pcm = decoded(path, max_seconds=5000)
    assert onsets(pcm) == pytest.approx([t + 4000 for t in TIMES], abs=0.03)
    assert audio.broke_off is None


def test_sound_that_ends_before_the_picture_has_not_broken_off(tmp_path):
    path = write(
        tmp_path / "a.webm",
        bursts(TIMES, 10, 48_000),
        codec="libopus",
        rate=48_000,
        container="matroska",
        retime=lambda sample: sample + 60 * 48_000,
        pictures=steady(100),
    )
    audio, pcm = decoded(path)
    assert onsets(pcm) == pytest.approx([t + 60 for t in TIMES], abs=0.03)
    assert audio.broke_off is None


def test_encrypted_audio_is_refused_as_such(tmp_path):
    path = write(
        tmp_path / "a.mp4",
        bursts(TIMES, 10),
        codec="aac",
        options={"encryption_scheme": "cenc-aes-ctr", "encryption_key": "01" * 16, "encryption_kid": "02" * 16},
    )
    with pytest.raises(AudioEncrypted, match="without protection"):
        decoded(path)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp3", "libmp3lame"),
        ("a.flac", "flac"),
        ("a.opus", "libopus"),
        ("a.webm", "libopus"),
        ("a.m4a", "aac"),
        ("a.aac", "aac"),
        ("a.ts", "mp2"),
    ],
)
@pytest.mark.parametrize("rubbish", [0, 0x55])
def test_a_file_of_which_much_is_damaged_says_so_and_is_read_behind_it(tmp_path, name, codec, rubbish):
    noise = np.random.default_rng(0).normal(0, 0.05, 960_000)
    whole = write(tmp_path / name, noise + bursts([1.0, 19.0], 20, 48_000), codec=codec, rate=48_000)
    audio, pcm = decoded(damage(whole, 0.4, 0.6, rubbish=rubbish))
    assert notes_of(audio) == ["damaged"]
    assert audio.broke_off is None
    assert onsets(pcm, level=9000)[0] == pytest.approx(1, abs=0.05)
    assert onsets(pcm, level=9000)[-1] == pytest.approx(audio.duration - 1, abs=0.1)
    assert decoded(whole)[0].notes == []


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "aac"), ("a.wav", "g722")])
def test_a_coding_whose_number_is_no_text_is_read(tmp_path, name, codec):
    rate = 16_000 if codec == "g722" else 48_000
    audio, pcm = decoded(write(tmp_path / name, bursts(TIMES, 10, rate), codec=codec, rate=rate))
    assert onsets(pcm) == pytest.approx(TIMES, abs=0.05)
    assert audio.notes == []


def test_pauses_that_a_telephone_left_out_are_no_damage(tmp_path):
    path = tmp_path / "a.amr"
    sound = bursts([1.0, 1.1, 1.2, 8.0, 8.1], 10, 8_000) + 0.002 * np.random.default_rng(0).normal(0, 1, 80_000)
    with av.open(path, "w") as target:
        stream = target.add_stream("libopencore_amrnb", rate=8_000, layout="mono", options={"dtx": "1"})
        frame = av.AudioFrame.from_ndarray((sound * 32767).astype(np.int16)[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 8_000, 0, Fraction(1, 8_000)
        resampler = av.AudioResampler("s16", "mono", 8_000, frame_size=160)
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            target.mux(stream.encode(piece))
    audio, pcm = decoded(path)
    assert audio.notes == []
    assert audio.broke_off is None
    assert audio.skipped == 0
    assert onsets(pcm)[0] == pytest.approx(1, abs=0.05)
