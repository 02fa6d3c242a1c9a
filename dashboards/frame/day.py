"""The day a page is asked for and the day it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.calendar import clock
from core.calendar.as_of import as_sent, end_of, read_as_of, read_known_on
from core.errors import Refused, refuse

PARAMETERS = ("as_of", "compare", "known_at")
_A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Asked:
    """``day``: figures as of its end; ``compared``: an earlier day to compare them with.

    ``known_on``: only what was recorded and accepted by the end of this day; None: by now.
    """

    day: date
    compared: date
    known_on: date | None = None

    @property
    def known_at(self) -> datetime | None:
        return end_of(self.known_on) if self.known_on else None

    @property
    def compares(self) -> bool:
        """Whether another day than the usual one was chosen to compare with."""
        return self.compared != self.day - _A_WEEK

    @property
    def of_compared(self) -> "Asked":
        """The compared day, beside the week before it."""
        return Asked(self.compared, self.compared - _A_WEEK, self.known_on)

    @property
    def seen_on(self) -> date:
        """The day, or that of knowledge where it is earlier: for facts that are recorded on the day
        on which they happen, as obstacles are."""
        return min(self.day, self.known_on or self.day)

    @property
    def is_today(self) -> bool:
        return self.day == clock.today()

    @property
    def of_chart(self) -> str:
        """What a chart of these days is asked with: "as_of=2025-11-15&known_at=2025-11-20"."""
        known = {"known_at": self.known_on.isoformat()} if self.known_on else {}
        return urlencode({"as_of": self.day.isoformat(), **known})

    def carried(self, url: str, **query: str) -> str:
        """``url`` with ``query``, and with each of these days that is not the usual one."""
        kept = {name: value for name, value in query.items() if value}
        if not self.is_today:
            kept["as_of"] = self.day.isoformat()
        if self.compares:
            kept["compare"] = self.compared.isoformat()
        if self.known_on:
            kept["known_at"] = self.known_on.isoformat()
        return f"{url}{'&' if '?' in url else '?'}{urlencode(kept)}" if kept else url


def usual_days() -> Asked:
    """Today, compared with a week before."""
    return Asked(clock.today(), clock.today() - _A_WEEK)


def asked_of(context: Mapping[Any, Any]) -> Asked:
    """The days of the page that a template makes: ``asked``, or else those of its address."""
    if isinstance(asked := context.get("asked"), Asked):
        return asked
    query = context["request"].GET if "request" in context else {}
    try:
        return read_asked({name: as_sent(query.get(name, "")) for name in PARAMETERS})
    except Refused:
        return usual_days()


def read_asked(query: Mapping[str, str]) -> Asked:
    """``?as_of=`` (today), ``?compare=`` (a week before it) and ``?known_at=`` (now).

    Raises Refused (``invalid_date``, ``future_date``, ``compare_not_before``) naming the parameter.
    """
    day, known_on = read_as_of(query), read_known_on(query)
    if not query.get("compare", "").strip():
        return Asked(day, day - _A_WEEK, known_on)
    compared = read_as_of(query, "compare")
    if compared >= day:
        raise refuse(
            "compare_not_before",
            _("The day to compare with must be earlier than the day of the figures."),
            "/compare",
        )
    return Asked(day, compared, known_on)
