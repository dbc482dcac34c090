"""GPT-2's byte-level alphabet, in which vocabularies spell tokens: one visible character a byte (a space is `Ġ`)."""


def printable(token: bytes) -> str:
    """The bytes as characters of the alphabet."""
    return "".join(_ALPHABET[byte] for byte in token)


def plain(token: str) -> bytes:
    """The bytes that characters of the alphabet stand for. Raises KeyError for any other character."""
    return bytes(_BYTES[character] for character in token)


def _alphabet() -> list[str]:
    visible = {*range(33, 127), *range(161, 173), *range(174, 256)}
    hidden = [byte for byte in range(256) if byte not in visible]
    return [chr(byte) if byte in visible else chr(256 + hidden.index(byte)) for byte in range(256)]


_ALPHABET = _alphabet()
_BYTES = {character: byte for byte, character in enumerate(_ALPHABET)}
