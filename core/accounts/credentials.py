"""Keys of systems and one-time codes of people: drawn, read as typed, compared. Pure.

A key is ``r57_<public id>_<secret><checksum>``. The public id finds the row. Of the secret (32
characters of 62, 190 bits) only the SHA-256 is kept: it is safe for random bits, and takes
microseconds where a password hash takes half a second. The checksum lets scanners of leaked text
recognise a real key.

A code is read from paper and typed: K7MPX-4TRW9-HC6VE. It has 15 of 26 letters and digits, no two
of which look alike in print: 70 bits. Of a code, too, only the SHA-256 is kept.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from dataclasses import dataclass

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"r57_([0-9A-Za-z]{12})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})", re.ASCII)


@dataclass(frozen=True)
class NewKey:
    """A key that was just drawn: ``text`` is shown once and then forgotten."""

    text: str
    public_id: str
    secret_hash: str


def _draw(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits += _ALPHABET[digit]
    return digits


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_key() -> NewKey:
    public_id, secret = _draw(12), _draw(32)
    body = f"r57_{public_id}_{secret}"
    return NewKey(body + _checksum(body), public_id, hash_secret(secret))


def read_key(text: str) -> tuple[str, str] | None:
    """(public id, secret) of a well-formed key; None for anything else."""
    match = _SHAPE.fullmatch(text)
    if not match or _checksum(text[:-6]) != match[3]:
        return None
    return match[1], match[2]


def matches(secret: str, secret_hash: str) -> bool:
    return hmac.compare_digest(hash_secret(secret), secret_hash)


_CODE_ALPHABET = "ACDEFGHJKMNPRTVWXY23456789"
_GROUPS, _LETTERS = 3, 5
_LIKE = str.maketrans("BSZ", "852")
"""Letters that a bad print makes of digits; the alphabet has only the digits."""


def new_code() -> str:
    groups = (
        "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS)
    )
    return "-".join(groups)


def hash_code(text: str) -> str:
    """Small letters and missing hyphens give the same hash."""
    return hash_secret(_typed(text))


def opens(text: str, code_hash: str) -> bool:
    return matches(_typed(text), code_hash)


def _typed(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum()).translate(_LIKE)
