"""What an event changed, in the words of the screens."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.audit.log import AuditedFact, fact

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST, _LONGEST = 5, 300


@dataclass(frozen=True)
class ChangeLine:
    """``before`` is None where the event only says what holds now, and ``after`` where it is
    gone."""

    label: str
    before: str | None
    after: str | None


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, kind: str = ""
) -> list[ChangeLine]:
    """Nothing for what stayed as it was. ``kind``: what the event is about."""
    old, new = before or {}, after or {}
    names = [*new, *(name for name in old if name not in new)]
    moved = (name for name in names if name not in old or old[name] != new.get(name))
    return [_change(fact(name, kind), name, old, new) for name in moved]


def _change(
    known: AuditedFact, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> ChangeLine:
    return ChangeLine(
        label=str(known.label),
        before=_told(known, old[name]) if name in old else None,
        after=_told(known, new[name]) if name in new else None,
    )


def _told(known: AuditedFact, value: Any) -> str:
    if value in (None, "", []):
        return str((known.values or {}).get("", "–"))
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, dict):
        return "; ".join(f"{fact(k).label}: {_told(fact(k), v)}" for k, v in value.items())
    if isinstance(value, list):
        return _listed(known, value)
    text = str(value)
    if known.values and text in known.values:
        return str(known.values[text])
    return _day(text) if _DAY.fullmatch(text) else text[:_LONGEST]


def _listed(known: AuditedFact, values: Sequence[Any]) -> str:
    some = ", ".join(_told(known, value) for value in values[:_MOST])
    if len(values) <= _MOST:
        return some
    return _("%(some)s … (%(n)d in all)") % {"some": some, "n": len(values)}


def _day(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text))
    except ValueError:
        return text
