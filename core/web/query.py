"""The filters of a list, read from its address."""

from collections.abc import Container, Mapping

from django.utils.translation import gettext as _

from core.errors import Refused, refuse
from core.text.numbers import whole


def read_choice(
    query: Mapping[str, str], name: str, known: Container[str], *, unknown: str = ""
) -> str:
    """One of the known words, "" if none is asked.

    Raises Refused (``invalid_value``), in the words of ``unknown``.
    """
    text = query.get(name, "").strip()
    if text and text not in known:
        raise no_such_filter(name, unknown)
    return text


def read_key(query: Mapping[str, str], name: str) -> int | None:
    """The number of a row, None if none is asked. Raises Refused (``invalid_value``)."""
    text = query.get(name, "").strip()
    if not text:
        return None
    key = whole(text)
    if key is None:
        raise no_such_filter(name)
    return key


def no_such_filter(name: str, detail: str = "") -> Refused:
    usual = _("This filter does not exist; choose one of the list.")
    return refuse("invalid_value", detail or usual, f"/{name}")
