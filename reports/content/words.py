"""The words of a report: its sentence, and the figures that stand inside free text."""

import re
from collections.abc import Mapping
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
    """The official sentence, for any counts; work that ended or never ends is told on top."""
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
        given % {**as_of, "n": number_format(counts.total)},
        _("completed %(n)s (%(rate)s)")
        % {"n": number_format(counts.completed), "rate": percent_of(counts.rate)},
        _("in progress on schedule %(n)s") % {"n": number_format(counts.on_schedule)},
        _("overdue and not completed %(n)s") % {"n": number_format(counts.overdue)},
    ]
    if counts.ongoing:
        parts.append(_("ongoing work %(n)s") % {"n": number_format(counts.ongoing)})
    if counts.cancelled:
        parts.append(_("cancelled %(n)s") % {"n": number_format(counts.cancelled)})
    return "; ".join(parts) + "."


def fields_of(counts: Counts) -> Mapping[str, str]:
    """What ``{so_nhiem_vu}`` and the others stand for in free text."""
    return {
        "so_nhiem_vu": number_format(counts.total),
        "hoan_thanh": number_format(counts.completed),
        "trong_han": number_format(counts.on_schedule),
        "qua_han": number_format(counts.overdue),
        "ty_le": percent_of(counts.rate),
        "ty_le_den_han": percent_of(counts.due_rate),
    }


def filled(text: str, counts: Counts) -> str:
    """The text with its figures."""
    known = fields_of(counts)
    return _FIELD.sub(lambda found: known.get(found[1], found[0]), text)


def check_fields(text: str, name: str) -> None:
    """Raises Refused (``unknown_figure``) where the text names a figure that there is not."""
    known = fields_of(Counts())
    for word in _FIELD.findall(text):
        if word not in known:
            detail = _("There is no figure {%(word)s}; there are %(known)s.")
            listed = ", ".join(f"{{{one}}}" for one in known)
            raise refuse("unknown_figure", detail % {"word": word, "known": listed}, f"/{name}")
