"""User names that are easy to say and type: annv.quynhluu for Nguyễn Văn An, Quỳnh Lưu. Pure."""

import re
from collections.abc import Collection

from core.text.vietnamese import fold

_GOOD = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,59}", re.ASCII)
_LETTERS = re.compile(r"[a-z0-9]+")
_NAME, _PLACE, _SHORT = 24, 30, 16
_NOBODY = "canbo"


def suggested(full_name: str, place: str) -> str:
    """The given name, the initials of the others, a point, the place (initials of a long one)."""
    *others, given = _LETTERS.findall(fold(full_name)) or [_NOBODY]
    name = given + "".join(word[0] for word in others)
    words = _LETTERS.findall(fold(place))
    where = "".join(words)
    if len(where) > _SHORT and len(words) > 1:
        where = "".join(word[0] for word in words)
    return f"{name[:_NAME]}.{where[:_PLACE]}".rstrip(".")


def is_good(name: str) -> bool:
    return bool(_GOOD.fullmatch(name))


def free(name: str, taken: Collection[str]) -> str:
    """The name, or the first of name2, name3 … that nobody has."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}{number}"
    return candidate
