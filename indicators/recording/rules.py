"""The rules for each field of a sent reading; faults are noted on the fields. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core.calendar.periods import Period, PeriodKind
from core.text.language import in_language, numeral
from indicators.models import Indicator, ObsStatus
from indicators.models.indicator import PERIOD_LABELS
from indicators.recording.fields import Fields
from provinces.models import Area

OLD_BASE, NEW_BASE = 63, 34
"""How many provinces there were before the mergers, and since."""
_MERGED_ON = date(2025, 7, 1)

_QUALIFIERS = ("", "<", ">", "~")
# Plain strings: reading an enum's members takes microseconds, and 10,000 rows come at once.
_STATUSES = tuple(str(value) for value in ObsStatus.values)
_FINAL, _FORECAST, _MISSING = "A", "F", "O"
LONGEST_CODE, _LONGEST_UNIT = 60, 80
LONGEST_SOURCE, _LONGEST_ADDRESS, LONGEST_NOTE = 300, 500, 2000
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Catalogue:
    """What the codes of one request stand for, as far as its sender may see it.

    ``former``: provinces that were merged away, by their official code. A province of today may
    have the same code with other borders.
    """

    indicators: Mapping[str, Indicator]
    areas: Mapping[str, Area]
    former: Mapping[str, Area]


def read_indicator(fields: Fields, catalogue: Catalogue) -> Indicator | None:
    code = fields.required("indicator", LONGEST_CODE)
    found = catalogue.indicators.get(code)
    if code and found is None:
        fields.fault("unknown_indicator", "indicator", no_such_indicator(code))
    return found


def read_area(
    fields: Fields, catalogue: Catalogue, period: Period | None
) -> tuple[Area | None, int]:
    """The area of the code, and the base: how many provinces there were (0 if not said).

    Codes were reused: 15 was Yên Bái and is Lào Cai. A figure of 63 provinces goes to the unit that
    had the code then, never to its successor.
    """
    code, base = fields.required("area", LONGEST_CODE), fields.count("base") or 0
    if base not in (0, OLD_BASE, NEW_BASE):
        fields.fault("invalid_value", "base", _("The base is 63 or 34 provinces."))
    if not code:
        return None, base
    if base == OLD_BASE and code in catalogue.former:
        return catalogue.former[code], base
    found = catalogue.areas.get(code)
    if found is None or (base == OLD_BASE and found.merged_on):
        fields.fault("unknown_area", "area", no_such_area(code))
        return None, base
    if not found.is_active and found.ended_on:
        if period and period.last_day >= found.ended_on:
            heir = found.heir
            detail = _(
                "%(name)s belongs to %(heir)s since %(day)s: figures of later periods are sent for "
                "%(heir)s, code %(code)s."
            ) % {
                "name": found.name,
                "heir": heir.name,
                "code": heir.code,
                "day": found.ended_on.strftime("%d/%m/%Y"),
            }
            fields.fault("merged_area", "area", detail)
        return found, base
    if not found.is_active:
        if base == NEW_BASE:
            detail = _("%(name)s is no longer one of the 34 provinces.")
            fields.fault("ambiguous_area", "base", detail % {"name": found.short_name})
        return found, OLD_BASE
    if not base and found.merged_on and period and period.first_day < found.merged_on:
        detail = _(
            "%(name)s has other borders since %(day)s. Say in “base” which provinces the figure "
            "speaks of: 63 (before) or 34 (since)."
        ) % {"name": found.short_name, "day": found.merged_on.strftime("%d/%m/%Y")}
        fields.fault("ambiguous_area", "area", detail)
    return found, base


def no_such_indicator(code: str) -> str:
    return _("There is no indicator “%(code)s”.") % {"code": code}


def no_such_area(code: str) -> str:
    return _("There is no area “%(code)s”.") % {"code": code}


def read_status(fields: Fields) -> str:
    status = fields.text("obs_status", LONGEST_CODE) or _FINAL
    if status not in _STATUSES:
        known = ", ".join(_STATUSES)
        detail = _("There is no status “%(status)s”; known are %(known)s.")
        fields.fault("unknown_status", "obs_status", detail % {"status": status, "known": known})
    return status


def read_qualifier(fields: Fields, value: Decimal | None) -> str:
    qualifier = fields.text("value_qualifier", LONGEST_CODE)
    if qualifier not in _QUALIFIERS or (qualifier and value is None):
        detail = _("The qualifier is <, > or ~ and stands before a value.")
        fields.fault("invalid_value", "value_qualifier", detail)
    return qualifier


def check_days(
    fields: Fields, period: Period | None, status: str, published_on: date, today: date
) -> None:
    if published_on > today:
        detail = _("A figure cannot be published after today.")
        fields.fault("future_publication", "published_on", detail)
    if period and period.first_day > today and status != _FORECAST:
        detail = _("This period has not begun; only a forecast (status F) may speak of it.")
        fields.fault("future_period", "period", detail)


def fits(
    indicator: Indicator, area: Area, period: Period, *, base: int, status: str, published_on: date
) -> bool:
    """May such a figure be? What ``check_place`` refuses does not fit."""
    return (
        status == _MISSING
        or (
            period.kind in indicator.lengths
            and area.level in indicator.levels
            and not _is_of_no_more(base, period, published_on)
        )
    ) and (status == _FORECAST or published_on >= period.first_day)


def _is_of_no_more(base: int, period: Period, published_on: date) -> bool:
    """Of the 63 provinces in a period without them; before the mergers nobody knew."""
    return base == OLD_BASE and min(period.first_day, published_on) >= _MERGED_ON


def check_place(
    fields: Fields,
    indicator: Indicator,
    area: Area,
    *,
    period: Period,
    base: int,
    status: str,
    published_on: date,
) -> None:
    """A month among years, a nation's figure for a province, one of a province that is no more, one
    known before it began. What was recorded before its indicator said so can still be withdrawn
    (O)."""
    if fits(indicator, area, period, base=base, status=status, published_on=published_on):
        return
    if status != _MISSING and _is_of_no_more(base, period, published_on):
        detail = _(
            "There are 34 provinces since %(day)s: figures of later periods are sent for %(heir)s, "
            "code %(code)s."
        ) % {
            "heir": area.heir.name,
            "code": area.heir.code,
            "day": _MERGED_ON.strftime("%d/%m/%Y"),
        }
        fields.fault("merged_area", "base" if area.is_active else "area", detail)
    has_begun = fields.is_sound("period")  # Of one that has not, that is enough to say.
    if status != _MISSING and period.kind not in indicator.lengths:
        known = ", ".join(
            str(PERIOD_LABELS[kind]) for kind in PeriodKind if kind in indicator.lengths
        )
        detail = _("This indicator takes figures by %(known)s; %(period)s is another length.")
        words = {"known": known, "period": period.label(in_language("vi", "en"))}
        fields.fault("wrong_frequency", "period", detail % words)
    if status != _MISSING and area.level not in indicator.levels:
        known = ", ".join(str(Area.Level(level).label) for level in indicator.levels)
        detail = _("This indicator is measured for: %(known)s; not for %(name)s.")
        fields.fault("wrong_level", "area", detail % {"known": known, "name": area.short_name})
    if status != _FORECAST and published_on < period.first_day and has_begun:
        detail = _(
            "A figure cannot be published before its period begins, unless it is a forecast (F)."
        )
        fields.fault("published_before_period", "published_on", detail)


def check_figure(
    fields: Fields,
    indicator: Indicator | None,
    status: str,
    value: Decimal | None,
    rank: int | None,
) -> None:
    """A missing figure is null with the status O, never 0. A rank indicator needs the rank."""
    if not fields.is_sound("value", "rank", "obs_status"):
        return
    if status == _MISSING:
        if value is not None or rank is not None:
            detail = _("A reading with the status Missing (O) has no figure.")
            fields.fault("invalid_value", "value", detail)
        if not fields.text("note", LONGEST_NOTE):
            detail = _("Say in a note why the figure is missing or withdrawn.")
            fields.fault("required", "note", detail)
    elif indicator and indicator.is_rank and rank is None:
        fields.fault("required", "rank", _("This indicator is a rank: send the rank."))
    elif value is None and rank is None:
        detail = _("Give a figure; without one, send the status Missing (O) and say why in a note.")
        fields.fault("required", "value", detail)


def places_among(area: Area, base: int) -> int:
    """How many places there are: as many as provinces; 0 where that is not known."""
    return base if area.level == Area.Level.PROVINCE else 0


def check_ranks(
    fields: Fields, area: Area | None, base: int, rank: int | None, rank_of: int | None
) -> None:
    most = places_among(area, base) if area else 0
    if most and rank_of and rank_of > most:
        detail = _("There were %(base)s provinces; nobody can be ranked among %(n)s.")
        fields.fault("invalid_value", "rank_of", detail % {"base": most, "n": rank_of})
    elif rank and rank > (rank_of or most or rank):
        fields.fault("invalid_value", "rank", _("The rank lies beyond the last place."))


def check_unit(fields: Fields, indicator: Indicator) -> None:
    """The unit may be sent to be compared: 14.02 % and 0.1402 are not the same figure."""
    sent = fields.text("unit", _LONGEST_UNIT)
    if sent and _folded(sent) not in map(_folded, (indicator.unit_vi, indicator.unit_en)):
        detail = _("This indicator is measured in “%(unit)s”, not in “%(sent)s”.")
        fields.fault("unit_mismatch", "unit", detail % {"unit": indicator.unit, "sent": sent})


def _folded(unit: str) -> str:
    return unicodedata.normalize("NFC", unit).casefold()


def bound_passed(indicator: Indicator, value: Decimal | None) -> Decimal | None:
    """The least or greatest possible value, if the value lies beyond it."""
    low, high = indicator.min_value, indicator.max_value
    if value is None:
        return None
    if low is not None and value < low:
        return low
    return high if high is not None and value > high else None


def check_range(fields: Fields, indicator: Indicator, value: Decimal | None) -> None:
    bound = bound_passed(indicator, value)
    if bound is None or value is None:
        return
    detail = _("%(value)s is more than %(bound)s, the most this indicator can be.")
    if value < bound:
        detail = _("%(value)s is less than %(bound)s, the least this indicator can be.")
    words = {"value": numeral(value), "bound": numeral(bound)}
    fields.fault("out_of_range", "value", detail % words)


def read_address(fields: Fields) -> str:
    address = fields.text("source_url", _LONGEST_ADDRESS)
    if address and not _WEB_ADDRESS.fullmatch(address):
        detail = _("An address begins with http:// or https:// and has no spaces.")
        fields.fault("invalid_address", "source_url", detail)
    return address
