"""Which readings a list asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.calendar.as_of import read_as_of, read_known_at
from core.calendar.periods import InvalidPeriod, Period, parse_period
from core.errors import refuse
from indicators.models import Indicator, ObsStatus
from indicators.models.reading import ReadingQuerySet
from indicators.recording.fields import period_words
from indicators.recording.rules import OLD_BASE, no_such_area, no_such_indicator
from indicators.scope import covers_area, visible_indicators
from provinces.models import Area
from provinces.permissions import Caller

_NOT_FOUND = 404


@dataclass(frozen=True)
class Query:
    """Read from ``?indicator=&area=&base=&period_from=&period_to=&obs_status=&vintages=&as_of=``
    and ``&known_at=``. What is left out does not filter."""

    as_of: date
    known_at: datetime | None
    indicator: Indicator | None
    area: Area | None
    base: int
    period_from: Period | None
    period_to: Period | None
    obs_status: str
    all_vintages: bool

    def readings(self, rows: ReadingQuerySet) -> ReadingQuerySet:
        """Of each period the vintage in force, or all vintages published by then."""
        if self.indicator:
            rows = rows.filter(indicator=self.indicator)
        if self.area:
            rows = rows.filter(area=self.area)
        if self.base:
            rows = rows.filter(base=self.base)
        if self.period_from:
            rows = rows.filter(first_day__gte=self.period_from.first_day)
        if self.period_to:
            rows = rows.filter(last_day__lte=self.period_to.last_day)
        rows = rows.published_by(self.as_of)
        if self.known_at:
            rows = rows.known_at(self.known_at)
        if not self.all_vintages:
            rows = rows.current()
        return rows.filter(obs_status=self.obs_status) if self.obs_status else rows


def read_query(query: Mapping[str, str], caller: Caller) -> Query:
    """Raises Refused naming the parameter; 404 for a code that the caller does not see."""
    base = _choice(query, "base", ("", "34", "63"))
    return Query(
        as_of=read_as_of(query),
        known_at=read_known_at(query),
        indicator=_indicator(query, caller),
        area=_area(query, caller, base=int(base or 0)),
        base=int(base or 0),
        period_from=_period(query, "period_from"),
        period_to=_period(query, "period_to"),
        obs_status=_choice(query, "obs_status", ("", *ObsStatus.values)),
        all_vintages=_choice(query, "vintages", ("", "all")) == "all",
    )


def _choice(query: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    sent = query.get(name, "").strip()
    if sent not in known:
        detail = _("“%(sent)s” is none of %(known)s.")
        words = {"sent": sent[:40], "known": ", ".join(filter(None, known))}
        raise refuse("invalid_value", detail % words, f"/{name}")
    return sent


def _indicator(query: Mapping[str, str], caller: Caller) -> Indicator | None:
    code = query.get("indicator", "").strip()
    if not code:
        return None
    found = visible_indicators(caller).filter(code=code).first()
    if found is None:
        detail = no_such_indicator(code[:60])
        raise refuse("unknown_indicator", detail, "/indicator", status=_NOT_FOUND)
    return found


def _area(query: Mapping[str, str], caller: Caller, *, base: int) -> Area | None:
    code = query.get("area", "").strip()
    if not code:
        return None
    areas = Area.objects.select_related("successor")
    found = None
    if base == OLD_BASE:
        # Codes were reused: of the 63 provinces, 15 was Yên Bái.
        old = areas.filter(is_active=False, level=Area.Level.PROVINCE)
        found = old.filter(official_code=code).first()
    found = found or areas.filter(code=code).first()
    if found is None or not covers_area(caller, found):
        raise refuse("unknown_area", no_such_area(code[:60]), "/area", status=_NOT_FOUND)
    return found


def _period(query: Mapping[str, str], name: str) -> Period | None:
    text = query.get(name, "").strip()
    try:
        return parse_period(text) if text else None
    except InvalidPeriod as error:
        raise refuse(error.code, period_words(error), f"/{name}") from error
