"""One-time codes that are read from paper and typed: K7MPX-4TRW9-HC6VE. Pure.

26 letters and digits of which no two look alike in print, 15 of them: 70 bits. Random bits need no
slow hash: of a code only its SHA-256 is kept.
"""

import secrets

from core.keys import hash_secret, matches

_ALPHABET = "ACDEFGHJKMNPRTVWXY23456789"
_GROUPS, _LETTERS = 3, 5
_LIKE = str.maketrans("BSZ", "852")
"""Misread from a bad print; the alphabet has only the digits."""


def new_code() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_code(text: str) -> str:
    """The same for small letters and without the hyphens."""
    return hash_secret(_typed(text))


def opens(text: str, code_hash: str) -> bool:
    return matches(_typed(text), code_hash)


def _typed(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum()).translate(_LIKE)
