"""Vietnamese text: alphabetical order and search without regard to marks. Pure.

SQLite has no collation and PostgreSQL's depends on the machine, so the sort key is stored. It is
made of digits, on which all collations agree.
"""

import re
import string
import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {digit: f"1{digit}" for digit in string.digits}
_RANK |= {letter: f"{index + 30}" for index, letter in enumerate(_LETTERS)}
# Dictionary order of the tones: level, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0302", "\u0306", "\u031b"}
_NUMBER = re.compile(r"\d+")
_END, _OTHER = "00", "01"


def sort_key(text: str) -> str:
    """Digits whose plain order is the Vietnamese alphabet's: letters first, then tones.

    Numbers sort by value: "Nhóm 2" comes before "Nhóm 10".
    """
    letters: list[str] = []
    tones: list[str] = []
    padded = _NUMBER.sub(lambda match: match.group().zfill(6), text)
    for char in unicodedata.normalize("NFD", padded.casefold()):
        if char in _TONES and tones:
            tones[-1] = _TONES[char]
        elif char in _SHAPES and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        else:
            letters.append(char)
            tones.append("0")
    ranks = "".join(_RANK.get(letter, _OTHER) for letter in letters)
    return ranks + _END + "".join(tones).rstrip("0")


def fold(text: str) -> str:
    """Lower-case letters without marks, đ as d, one space between words: for searching.

    "hoà" and "hòa", NFC and NFD, all fold to the same letters.
    """
    # No database takes a NUL.
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d").replace("\0", " "))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def marked(text: str) -> str:
    """As ``fold``, with the marks of each word behind it: "hoà" is "hòa" and not "hoa"."""
    words = unicodedata.normalize("NFD", text.casefold()).split()
    return " ".join("".join(sorted(word, key=unicodedata.combining)) for word in words)


def plain_text(text: str) -> str:
    """Composed letters (NFC), spaces that break, and no character that only formats: a zero-width
    space or soft hyphen would make two names of one. Line ends stay."""
    composed = unicodedata.normalize("NFC", text)
    kept = (char for char in composed if unicodedata.category(char) != "Cf")
    return "".join(" " if unicodedata.category(char) == "Zs" else char for char in kept)


def tidy(text: str) -> str:
    """As ``plain_text``, in one line with single spaces and nothing that does not print."""
    return " ".join("".join(c if c.isprintable() else " " for c in plain_text(text)).split())
