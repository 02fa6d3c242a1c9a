"""What one sent reading means: every field checked, every fault named at once. Writes nothing."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.errors import Refused, refuse
from core.numbers import plain
from core.periods import Period
from indicators.fields import Fields
from indicators.models import Indicator, ObsStatus
from provinces.models import Area

FIELDS = (
    "indicator", "area", "period", "value", "value_qualifier", "rank", "rank_of", "obs_status",
    "published_on", "base", "unit", "source", "source_url", "note",
)  # fmt: skip
_PASSED_OVER = ("area_name", "period_text", "published_is_estimated", "revision", "recorded_at")
"""What a reading of the list says besides; sent back with it, it says nothing new."""
OLD_BASE, NEW_BASE = 63, 34
"""How many provinces there were before the mergers of 1 July 2025, and since."""

_KNOWN = frozenset((*FIELDS, *_PASSED_OVER))
_SHARED = (
    "indicator", "base", "unit", "value_qualifier", "obs_status", "published_on", "source",
    "source_url", "note",
)  # fmt: skip
_QUALIFIERS = ("", "<", ">", "~")
# Plain values: of an enumeration's members each look takes microseconds, and rows come by 10,000.
_STATUSES = tuple(str(value) for value in ObsStatus.values)
_FINAL, _FORECAST, _MISSING = "A", "F", "O"
_LONGEST_CODE, _LONGEST_UNIT = 60, 80
_LONGEST_SOURCE, _LONGEST_ADDRESS, _LONGEST_NOTE = 300, 500, 2000
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Catalogue:
    """What the codes of one request name, as far as its sender may see it.

    ``former``: provinces merged away, by the official code they had; a province of today may have
    inherited that code with other borders.
    """

    indicators: Mapping[str, Indicator]
    areas: Mapping[str, Area]
    former: Mapping[str, Area]


class Draft(NamedTuple):
    """A reading that may be recorded. ``value_text`` is the number as it was sent."""

    indicator: Indicator
    area: Area
    period: Period
    base: int
    value: Decimal | None
    value_text: str
    value_qualifier: str
    rank: int | None
    rank_of: int | None
    obs_status: str
    published_on: date
    source: str
    source_url: str
    note: str


def codes(documents: Iterable[object], name: str) -> set[str]:
    """What stands in the field ``indicator`` or ``area`` of each document, to be looked up."""
    sent = (document.get(name) for document in documents if isinstance(document, dict))
    return {code for code in sent if isinstance(code, str) and len(code) <= _LONGEST_CODE}


class Shared(NamedTuple):
    """What many rows of one sender have in common. ``base``: 0 where it is not said."""

    indicator: Indicator | None
    base: int
    value_qualifier: str
    obs_status: str
    published_on: date
    source: str
    source_url: str
    note: str


def read_reading(document: object, catalogue: Catalogue, today: date) -> Draft:
    """The reading that a document of ``FIELDS`` means. Raises Refused with every fault found."""
    return Reader(catalogue, today).read(document)


class Reader:
    """Reads the documents of one request: what was found sound in one row is not checked again in
    the next."""

    def __init__(self, catalogue: Catalogue, today: date) -> None:
        self._catalogue = catalogue
        self._today = today
        self._sound: dict[tuple[object, ...], Shared] = {}

    def read(self, document: object, pointer: str = "") -> Draft:
        """As ``read_reading``; the pointers of faults begin with ``pointer``."""
        if not isinstance(document, dict):
            raise refuse(
                "invalid_document", _("A reading is an object with named fields."), pointer
            )
        fields = Fields(document, pointer)
        fields.refuse_others(_KNOWN)
        shared = self._shared(fields, document)
        indicator, status = shared.indicator, shared.obs_status
        period = fields.period("period")
        area, base = _area(fields, shared.base, self._catalogue, period)
        value, value_text = fields.number("value")
        rank, rank_of = fields.count("rank"), fields.count("rank_of")
        _check_qualifier(fields, shared.value_qualifier, value)
        _check_period(fields, period, status, self._today)
        _check_figure(fields, indicator, status, value, rank)
        _check_ranks(fields, rank, rank_of)
        if indicator:
            _check_range(fields, indicator, value)
        if fields.faults or indicator is None or area is None or period is None:
            raise Refused(fields.faults)
        return Draft(
            indicator, area, period, base, value, value_text, shared.value_qualifier, rank, rank_of,
            status, shared.published_on, shared.source, shared.source_url, shared.note,
        )  # fmt: skip

    def _shared(self, fields: Fields, document: Mapping[str, object]) -> Shared:
        sent = tuple(map(document.get, _SHARED))
        kind = (sent, tuple(map(type, sent)))  # 34, "34" and a number sent as 34 are equal.
        try:
            known = self._sound.get(kind)
        except TypeError:  # A list or an object, which no field takes.
            return self._read_shared(fields)
        if known is None:
            before = len(fields.faults)
            known = self._read_shared(fields)
            if len(fields.faults) == before:
                self._sound[kind] = known
        return known

    def _read_shared(self, fields: Fields) -> Shared:
        indicator = _indicator(fields, self._catalogue)
        if indicator:
            _check_unit(fields, indicator)
        return Shared(
            indicator=indicator,
            base=_base(fields),
            value_qualifier=_qualifier(fields),
            obs_status=_status(fields),
            published_on=_published_on(fields, self._today),
            source=fields.text("source", _LONGEST_SOURCE),
            source_url=_address(fields),
            note=fields.text("note", _LONGEST_NOTE),
        )


def _indicator(fields: Fields, catalogue: Catalogue) -> Indicator | None:
    code = fields.required("indicator", _LONGEST_CODE)
    found = catalogue.indicators.get(code)
    if code and found is None:
        fields.fault("unknown_indicator", "indicator", no_such_indicator(code))
    return found


def _area(
    fields: Fields, base: int, catalogue: Catalogue, period: Period | None
) -> tuple[Area | None, int]:
    """The area a code names among so many provinces, and their number (0 where it is not said).

    Codes were reused: 15 was Yên Bái and is Lào Cai. A figure of 63 provinces goes to the unit that
    had the code then, never to its heir.
    """
    code = fields.required("area", _LONGEST_CODE)
    if not code:
        return None, base
    if base == OLD_BASE and code in catalogue.former:
        return catalogue.former[code], base
    found = catalogue.areas.get(code)
    if found is None or (base == OLD_BASE and found.merged_on):
        fields.fault("unknown_area", "area", no_such_area(code))
        return None, base
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


def _base(fields: Fields) -> int:
    base = fields.count("base")
    if base not in (None, OLD_BASE, NEW_BASE):
        fields.fault("invalid_value", "base", _("The base is 63 or 34 provinces."))
    return base or 0


def _status(fields: Fields) -> str:
    status = fields.text("obs_status", _LONGEST_CODE) or _FINAL
    if status not in _STATUSES:
        known = ", ".join(_STATUSES)
        detail = _("There is no status “%(status)s”; known are %(known)s.")
        fields.fault("unknown_status", "obs_status", detail % {"status": status, "known": known})
    return status


def _qualifier(fields: Fields) -> str:
    qualifier = fields.text("value_qualifier", _LONGEST_CODE)
    if qualifier not in _QUALIFIERS:
        _refuse_qualifier(fields)
        return ""
    return qualifier


def _check_qualifier(fields: Fields, qualifier: str, value: Decimal | None) -> None:
    if qualifier and value is None:
        _refuse_qualifier(fields)


def _refuse_qualifier(fields: Fields) -> None:
    detail = _("The qualifier is <, > or ~ and stands before a value.")
    fields.fault("invalid_value", "value_qualifier", detail)


def _published_on(fields: Fields, today: date) -> date:
    found = fields.day("published_on") or today
    if found > today:
        detail = _("A figure cannot be published after today.")
        fields.fault("future_publication", "published_on", detail)
    return found


def _check_period(fields: Fields, period: Period | None, status: str, today: date) -> None:
    if period and period.first_day > today and status != _FORECAST:
        detail = _("This period has not begun; only a forecast (status F) may speak of it.")
        fields.fault("future_period", "period", detail)


def _check_figure(
    fields: Fields,
    indicator: Indicator | None,
    status: str,
    value: Decimal | None,
    rank: int | None,
) -> None:
    """Missing is null with the status O, never 0; whoever publishes ranks must send the rank."""
    if not fields.is_sound("value", "rank", "obs_status"):
        return
    if status == _MISSING:
        if value is not None or rank is not None:
            detail = _("A reading with the status Missing (O) has no figure.")
            fields.fault("invalid_value", "value", detail)
        if not fields.text("note", _LONGEST_NOTE):
            detail = _("Say in a note why the figure is missing or withdrawn.")
            fields.fault("required", "note", detail)
    elif indicator and indicator.is_rank and rank is None:
        fields.fault("required", "rank", _("This indicator is a rank: send the rank."))
    elif value is None and rank is None:
        detail = _("A figure is needed; where it is missing send null, the status O and a note.")
        fields.fault("required", "value", detail)


def _check_ranks(fields: Fields, rank: int | None, rank_of: int | None) -> None:
    if rank and rank_of and rank > rank_of:
        fields.fault("invalid_value", "rank", _("The rank lies beyond the last place."))


def _check_unit(fields: Fields, indicator: Indicator) -> None:
    """14.02 % and 0.1402 are not the same figure."""
    sent = fields.text("unit", _LONGEST_UNIT)
    if sent and _folded(sent) not in map(_folded, (indicator.unit_vi, indicator.unit_en)):
        detail = _("This indicator is measured in “%(unit)s”, not in “%(sent)s”.")
        fields.fault("unit_mismatch", "unit", detail % {"unit": indicator.unit, "sent": sent})


def _folded(unit: str) -> str:
    return unicodedata.normalize("NFC", unit).casefold()


def _check_range(fields: Fields, indicator: Indicator, value: Decimal | None) -> None:
    low, high = indicator.min_value, indicator.max_value
    if value is None:
        return
    if low is not None and value < low:
        detail = _("%(value)s is less than %(bound)s, the least this indicator can be.")
        fields.fault("out_of_range", "value", detail % {"value": value, "bound": plain(low)})
    if high is not None and value > high:
        detail = _("%(value)s is more than %(bound)s, the most this indicator can be.")
        fields.fault("out_of_range", "value", detail % {"value": value, "bound": plain(high)})


def _address(fields: Fields) -> str:
    address = fields.text("source_url", _LONGEST_ADDRESS)
    if address and not _WEB_ADDRESS.fullmatch(address):
        detail = _("An address begins with http:// or https:// and has no spaces.")
        fields.fault("invalid_address", "source_url", detail)
    return address
