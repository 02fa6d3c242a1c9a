"""Reads the words of the screens: those the code asks for and those the catalogs know."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.house.tree import FLOORS, ROOT, tracked

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, order=True)
class Word:
    """A message as gettext knows it: its id and the context that tells namesakes apart.

    ``plural``: a count is looked up only in an entry that has a plural too.
    """

    id: str
    context: str = ""
    plural: str = ""


def _word(message: str | Sequence[str], context: str | None) -> Word:
    one, *more = (message,) if isinstance(message, str) else message
    return Word(one, context or "", more[0] if more else "")


def _extracted(source: str) -> Iterator[Word]:
    for _, message, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield _word(message, context)


def _template_as_python(path: Path) -> str:
    # Without indentation Python's tokenizer takes the result for a plain list of calls.
    lines = templatize(path.read_text(), origin=str(path)).splitlines()
    return "\n".join(line.strip() for line in lines)


def asked_for() -> dict[Word, str]:
    """Every message of Python code and templates, with one file that asks for it."""
    found: dict[Word, str] = {}
    for path in tracked(*(f"{floor}/**.py" for floor in FLOORS), "templates/**", "*/templates/**"):
        source = path.read_text() if path.suffix == ".py" else _template_as_python(path)
        for word in _extracted(source):
            found.setdefault(word, str(path.relative_to(ROOT)))
    return found


def catalogs() -> dict[str, Catalog]:
    """Vietnamese catalogs by their path."""
    found = {}
    for path in tracked("*/locale/vi/LC_MESSAGES/*.po"):
        with path.open("rb") as file:
            found[str(path.relative_to(ROOT))] = read_po(file, locale="vi", abort_invalid=True)
    return found


def messages() -> Iterator[tuple[str, Word, Message]]:
    """(catalog, word, message) of every entry of every catalog."""
    for name, catalog in catalogs().items():
        for message in catalog:
            if message.id:
                yield name, _word(message.id, message.context), message
