"""Honest files, and what damage, chance and malice make of them."""

import struct

from tools.encoded_audio import CODECS, encoded

EDGES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
"""Numbers at which code that reads sizes goes wrong."""


def mutated(chance, per_format):
    """By name, `per_format` of every format that can be written here; the same `chance` gives the same."""
    return {
        f"{number:03d}{extension}": _mutated(encoded(extension), chance)
        for extension in CODECS
        for number in range(per_format)
    }


def _mutated(body, chance):
    for _ in range(chance.randint(1, 3)):
        body = chance.choice(WAYS)(bytearray(body), chance)
    return bytes(body)


def _place(body, chance):
    """Half of the time in the head, where the fields are that matter."""
    return chance.randrange(min(len(body), 200) if chance.random() < 0.5 else len(body))


def _flip_bits(body, chance):
    for _ in range(chance.choice((1, 4, 64))):
        body[_place(body, chance)] ^= 1 << chance.randrange(8)
    return body


def _write_edge(body, chance):
    kind, at = chance.choice(("<H", ">H", "<I", ">I")), _place(body, chance)
    number = struct.pack(kind, chance.choice(EDGES) & (256 ** struct.calcsize(kind) - 1))
    body[at : at + len(number)] = number
    return body


def _cut_off(body, chance):
    return body[: max(1, _place(body, chance))]


def _leave_out(body, chance):
    at = _place(body, chance)
    del body[at : at + chance.choice((1, 7, 188, 4096))]
    return body or bytearray(1)


def _repeat(body, chance):
    at = _place(body, chance)
    piece = body[at : at + chance.choice((4, 32, 512))]
    return body[:at] + piece * chance.choice((2, 50)) + body[at:]


def _put_in(body, chance):
    at = _place(body, chance)
    return body[:at] + chance.randbytes(chance.choice((1, 16, 1024))) + body[at:]


def _blank(body, chance):
    at = _place(body, chance)
    end = min(len(body), at + chance.choice((8, 256, 4096)))
    body[at:end] = bytes([chance.choice((0, 0xFF))]) * (end - at)
    return body


def _go_on_as_another(body, chance):
    other = encoded(chance.choice(list(CODECS)))
    return body[: _place(body, chance) + 1] + other[_place(bytearray(other), chance) :]


WAYS = (_flip_bits, _write_edge, _write_edge, _cut_off, _leave_out, _repeat, _put_in, _blank, _go_on_as_another)
