"""The day a figure is asked for (``?as_of=``), and the moment of knowledge (``?known_at=``)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from datetime import time as clock_time

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import refuse

_EARLIEST = date(2020, 1, 1)


def read_as_of(query: Mapping[str, str], name: str = "as_of") -> date:
    """The asked day, today if none is asked.

    Raises Refused (``invalid_date``, ``future_date``) naming the parameter.
    """
    return read_day(query, name) or clock.today()


def read_day(query: Mapping[str, str], name: str) -> date | None:
    """The asked day, None if none is asked; refuses as ``read_as_of`` does."""
    text = query.get(name, "").strip()
    if not text:
        return None
    day = _date(text)
    if day is None or day < _EARLIEST:
        raise refuse(
            "invalid_date",
            _("“%(text)s” is no day; write it as 2025-11-15.") % {"text": text[:40]},
            f"/{name}",
        )
    if day > clock.today():
        raise refuse(
            "future_date",
            _("%(text)s has not come yet; choose today or an earlier day.")
            % {"text": f"{day:%d/%m/%Y}"},
            f"/{name}",
        )
    return day


def read_known_on(query: Mapping[str, str]) -> date | None:
    """The past day of ``?known_at=``, None if none is asked or today; refuses as ``read_as_of``."""
    day = read_day(query, "known_at")
    return None if day == clock.today() else day


def as_sent(text: str) -> str:
    """What the address holds for a day that a person wrote as 15/11/2025; all else as it is."""
    written = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip(), re.ASCII)
    return "{2}-{1:0>2}-{0:0>2}".format(*written.groups()) if written else text


def _date(text: str) -> date | None:
    # isascii: Python's date parser takes digits of every script.
    try:
        return parse_date(text) if text.isascii() and len(text) == len("2025-11-15") else None
    except ValueError:
        return None


def end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock_time.max))


def read_known_at(query: Mapping[str, str]) -> datetime | None:
    """The asked moment (a day means its end), None if none is asked.

    Raises Refused (``invalid_moment``) naming the parameter.
    """
    text = query.get("known_at", "").strip()
    if not text:
        return None
    day = _date(text)
    if day is not None:
        return end_of(day)
    try:
        moment = parse_datetime(text) if text.isascii() else None
    except ValueError:
        moment = None
    if moment is None:
        raise refuse(
            "invalid_moment",
            _("“%(text)s” is no moment; write it as 2025-11-15T08:00.") % {"text": text[:40]},
            "/known_at",
        )
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
