"""The words of a report: its sentence, and the figures that stand inside free text."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import refuse
from tasks.completion.counts import Counts

_FIELD = re.compile(r"\{(\w*)\}")


def percent_of(rate: Decimal | None) -> str:
    """``51%``, ``51,5%``; "–" where nothing counts."""
    if rate is None:
        return "–"
    digits = 0 if rate == rate.to_integral_value() else 1
    return f"{number_format(rate, digits)}%"


def sentence(day: date, counts: Counts, level: str = "agencies") -> str:
    """The official sentence, for any counts, with fields as free text has them; work that ended or
    never ends is told on top."""
    as_of = {"day": date_format(day)}
    if not counts.total:
        return _("As of %(day)s, no task has been assigned.") % as_of
    if level == "communes":
        given = ngettext(
            "As of %(day)s, %(n)s commune assignment has been given",
            "As of %(day)s, %(n)s commune assignments have been given",
            counts.total,
        )
    else:
        given = ngettext(
            "As of %(day)s, %(n)s task has been assigned",
            "As of %(day)s, %(n)s tasks have been assigned",
            counts.total,
        )
    parts = [
        given % {**as_of, "n": "{so_nhiem_vu}"},
        _("completed %(n)s (%(rate)s)") % {"n": "{hoan_thanh}", "rate": "{ty_le}"},
        _("in progress on schedule %(n)s") % {"n": "{trong_han}"},
        _("overdue and not completed %(n)s") % {"n": "{qua_han}"},
    ]
    if counts.ongoing:
        parts.append(_("ongoing work %(n)s") % {"n": "{thuong_xuyen}"})
    if counts.cancelled:
        parts.append(_("cancelled %(n)s") % {"n": "{da_huy}"})
    return "; ".join(parts) + "."


_FIGURES: Mapping[str, str] = {
    "so_nhiem_vu": "total",
    "hoan_thanh": "completed",
    "trong_han": "on_schedule",
    "qua_han": "overdue",
    "thuong_xuyen": "ongoing",
    "da_huy": "cancelled",
}
"""The fields of free text that have rows behind them, by the figure they stand for."""
_RATES: Mapping[str, str] = {"ty_le": "rate", "ty_le_den_han": "due_rate"}


def filled(text: str, counts: Counts) -> Iterator[tuple[str, str]]:
    """The text piece by piece, its fields filled in: each with the figure it tells, or ""."""
    end = 0
    for found in _FIELD.finditer(text):
        yield text[end : found.start()], ""
        if figure := _FIGURES.get(found[1]):
            yield number_format(getattr(counts, figure)), figure
        elif rate := _RATES.get(found[1]):
            yield percent_of(getattr(counts, rate)), ""
        else:
            yield found[0], ""
        end = found.end()
    yield text[end:], ""


def in_words(text: str, counts: Counts) -> str:
    """The text with its figures."""
    return "".join(piece for piece, _figure in filled(text, counts))


def check_fields(text: str, name: str) -> None:
    """Raises Refused (``unknown_figure``) where the text names a figure that there is not."""
    known = {**_FIGURES, **_RATES}
    for word in _FIELD.findall(text):
        if word not in known:
            detail = _("There is no figure {%(word)s}; there are %(known)s.")
            listed = ", ".join(f"{{{one}}}" for one in known)
            raise refuse("unknown_figure", detail % {"word": word, "known": listed}, f"/{name}")
