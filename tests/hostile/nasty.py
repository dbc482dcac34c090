"""Files that were made to do harm, by name: they point to other files or hosts, or promise more than a machine has."""

import struct

import numpy as np

EMPTY_TAG = b"ID3\4\0\0\0\0\0\0"
"""An empty tag, behind which the door takes anything for audio."""


def nasty(victim, port, sound):
    """By name; `victim` is another owner's file, at `port` a host listens, `sound` is an honest WAV."""
    return pointers(victim, port) | _broken(sound) | _promising(sound)


def pointers(victim, port):
    """What names another file, or a host, and holds no sound of its own."""
    bare = _pointers(str(victim), f"http://127.0.0.1:{port}/secret.mp3", port)
    return bare | {f"tagged-{name}": EMPTY_TAG + body for name, body in bare.items()}


def _pointers(victim, url, port):
    listed = {
        f"hls-{name}": _playlist(target)
        for name, target in {
            "file": victim,
            "file-url": f"file://{victim}",
            "http": url,
            "tcp": f"tcp://127.0.0.1:{port}",
            "udp": f"udp://127.0.0.1:{port}",
            "rtp": f"rtp://127.0.0.1:{port}",
            "concat": f"concat:{victim}|{victim}",
            "crypto": f"crypto:{victim}",
            "subfile": f"subfile,,start,0,end,0,,:{victim}",
            "data": "data:audio/mpeg;base64,SUQzBAAAAAAAAA==",
        }.items()
    }
    texts = {
        "hls-key": _playlist("a.ts", f'#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n'),
        "hls-map": _playlist("a.ts", f'#EXT-X-MAP:URI="{victim}"\n'),
        "hls-master": f'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a",URI="{url}"\n'
        f'#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"\n{url}\n',
        "dash-file": _dash(f"<BaseURL>{victim}</BaseURL>"),
        "dash-http": _dash(f"<BaseURL>{url}</BaseURL>"),
        "dash-template": _dash(f'<SegmentTemplate media="{url}?$Number$" initialization="{victim}" duration="1"/>'),
        "dash-entity": _dash("<BaseURL>&x;</BaseURL>", f'<!DOCTYPE MPD [<!ENTITY x SYSTEM "file://{victim}">]>'),
        "ffconcat-file": f"ffconcat version 1.0\nfile '{victim}'\n",
        "ffconcat-http": f"ffconcat version 1.0\nfile '{url}'\n",
        "concat-script": f"file '{victim}'\n",
        "sdp": _sdp("RTP/AVP 0"),
        "sdp-opus": _sdp("RTP/AVP 96\na=rtpmap:96 opus/48000/2"),
        "rtsp-redirect": f"RTSPtextrtsp://127.0.0.1:{port}/a",
        "asx": f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
        "pls": f"[playlist]\nFile1={url}\nNumberOfEntries=1\n",
        "asf-reference": f"[Reference]\nRef1={url}\n",
        "smil": f'<smil><body><audio src="{url}"/></body></smil>',
        "imf": f'<CompositionPlaylist><Id>{victim}</Id><Resource href="{url}"/></CompositionPlaylist>',
        "xspf": f"<playlist><trackList><track><location>{url}</location></track></trackList></playlist>",
        "ffmetadata": f";FFMETADATA1\ntitle={victim}\n",
        "vobsub": f"# VobSub index file, v7\nid: en, index: 0\n# {victim}\n",
        "lavfi": f"amovie={victim}",
        "image-sequence": f"{victim}%03d",
    }
    return {name: text.encode() for name, text in (listed | texts).items()} | {
        "mov-reference": _mov_reference(victim.encode()),
        "mov-url": _mov_reference(url.encode(), kind=b"url "),
    }


def _playlist(target, before=""):
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n{before}#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n"


def _dash(where, declared=""):
    return (
        f'<?xml version="1.0"?>{declared}<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT10S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" '
        f'bandwidth="1">{where}</Representation></AdaptationSet></Period></MPD>'
    )


def _sdp(media):
    return f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5044 {media}\n"


def _box(kind, *body):
    content = b"".join(body)
    return struct.pack(">I", 8 + len(content)) + kind + content


def _mov_reference(target, kind=b"alis"):
    """A QuickTime film whose samples lie in another file (ISO 14496-12 §8.7.2, data references)."""
    entry = _box(kind, bytes(4), target, b"\0")
    reference = _box(b"dref", bytes(4), struct.pack(">I", 1), entry)
    format_ = _box(
        b"sowt",
        bytes(6),
        struct.pack(">H", 1),
        bytes(8),
        struct.pack(">HHHH", 1, 16, 0, 0),
        struct.pack(">I", 16000 << 16),
    )
    table = _box(
        b"stbl",
        _box(b"stsd", bytes(4), struct.pack(">I", 1), format_),
        _box(b"stts", bytes(4), struct.pack(">III", 1, 16000, 1)),
        _box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, 16000, 1)),
        _box(b"stsz", bytes(4), struct.pack(">II", 2, 16000)),
        _box(b"stco", bytes(4), struct.pack(">II", 1, 0)),
    )
    media = _box(
        b"mdia",
        _box(b"mdhd", bytes(12), struct.pack(">IIHH", 16000, 16000, 0, 0)),
        _box(b"hdlr", bytes(4), b"mhlrsoun", bytes(13)),
        _box(b"minf", _box(b"smhd", bytes(8)), _box(b"dinf", reference), table),
    )
    header = _box(b"tkhd", struct.pack(">I", 1), bytes(8), struct.pack(">I", 1), bytes(64))
    return _box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + _box(
        b"moov", _box(b"mvhd", bytes(12), struct.pack(">II", 1000, 1000), bytes(80)), _box(b"trak", header, media)
    )


def _broken(sound):
    return {
        "one-byte": b"\0",
        "zeros": bytes(100_000),
        "noise": np.random.default_rng(0).bytes(100_000),
        "text": b"xin chao " * 1000,
        "id3-alone": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(1000),
        "id3-thousands": EMPTY_TAG * 10_000,
        "wav-head-alone": sound[:44],
        "wav-in-html": b"<html>" + sound,
        "zip": b"PK\3\4" + sound,
        "elf": b"\x7fELF" + sound,
        "wav-twice": sound + sound,
    }


def _promising(sound):
    """What claims to hold more than any machine."""
    most = b"\xff\xff\xff\xff"

    def patched(at, body):
        return sound[:at] + body + sound[at + len(body) :]

    return {
        "wav-4-gigabytes": patched(4, most),
        "wav-data-4-gigabytes": patched(40, most),
        "wav-65535-channels": patched(22, b"\xff\xff"),
        "wav-no-channels": patched(22, b"\0\0"),
        "wav-rate-4-gigahertz": patched(24, most),
        "wav-rate-none": patched(24, bytes(4)),
        "wav-65535-bits": patched(34, b"\xff\xff"),
        "wav-block-none": patched(32, bytes(2)),
        "mp4-endless-box": _box(b"ftyp", b"isom", bytes(4)) + b"\0\0\0\1moov" + b"\xff" * 8,
        "mp4-deep": _box(b"ftyp", b"isom", bytes(4)) + b"\0\0\xff\xffmoov" * 2000,
        "mp4-samples-4-billion": _mov_reference(b"").replace(struct.pack(">II", 2, 16000), b"\0\0\0\2" + most),
        "matroska-endless": b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" * 500,
        "ogg-thousand-streams": b"".join(
            b"OggS\0\2" + bytes(8) + struct.pack("<III", number, 0, 0) + b"\1\x13OpusHead\1\2\0\0\x80\xbb\0\0\0\0\0"
            for number in range(1000)
        ),
        "flac-million-channels": b"fLaC\x80\0\0\x22" + b"\xff" * 34 + bytes(1000),
        "caf-endless": b"caff\0\1\0\0desc" + b"\xff" * 8 + b"\x7f" * 100,
        "aiff-endless": b"FORM" + most + b"AIFFCOMM" + most + b"\xff" * 100,
        "au-endless": b".snd" + most * 5 + bytes(100),
        "avi-endless": b"RIFF" + most + b"AVI LIST" + most + b"hdrl" + b"\xff" * 200,
    }
