"""What one sent reading means: every field checked, every fault named at once. Writes nothing."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.errors import Refused, refuse
from core.periods import Period
from indicators.fields import Fields
from indicators.models import Indicator
from indicators.rules import (
    LONGEST_CODE,
    LONGEST_NOTE,
    LONGEST_SOURCE,
    Catalogue,
    check_days,
    check_figure,
    check_range,
    check_ranks,
    check_unit,
    read_address,
    read_area,
    read_indicator,
    read_qualifier,
    read_status,
)
from provinces.models import Area

FIELDS = (
    "indicator", "area", "period", "value", "value_qualifier", "rank", "rank_of", "obs_status",
    "published_on", "base", "unit", "source", "source_url", "note",
)  # fmt: skip
_PASSED_OVER = ("area_name", "period_text", "published_is_estimated", "revision", "recorded_at")
"""What a reading of the list says besides; sent back with it, it says nothing new."""

_KNOWN = frozenset((*FIELDS, *_PASSED_OVER))
_ALIKE = (
    "indicator", "base", "unit", "value_qualifier", "obs_status", "published_on", "source",
    "source_url", "note",
)  # fmt: skip
"""What many rows of one sender have in common."""


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
    return {code for code in sent if isinstance(code, str) and len(code) <= LONGEST_CODE}


def read_reading(document: object, catalogue: Catalogue, today: date, pointer: str = "") -> Draft:
    """The reading that a document of ``FIELDS`` means.

    Raises Refused with every fault found; their pointers begin with ``pointer``.
    """
    if not isinstance(document, dict):
        raise refuse("invalid_document", _("A reading is an object with named fields."), pointer)
    fields = Fields(document, pointer)
    fields.refuse_others(_KNOWN)
    indicator = read_indicator(fields, catalogue)
    period = fields.period("period")
    area, base = read_area(fields, catalogue, period)
    value, value_text = fields.number("value")
    rank, rank_of = fields.count("rank"), fields.count("rank_of")
    status, qualifier = read_status(fields), read_qualifier(fields, value)
    published_on = fields.day("published_on") or today
    check_days(fields, period, status, published_on, today)
    check_figure(fields, indicator, status, value, rank)
    check_ranks(fields, rank, rank_of)
    if indicator:
        check_unit(fields, indicator)
        check_range(fields, indicator, value)
    source, source_url = fields.text("source", LONGEST_SOURCE), read_address(fields)
    note = fields.text("note", LONGEST_NOTE)
    if fields.faults or indicator is None or area is None or period is None:
        raise Refused(fields.faults)
    return Draft(
        indicator=indicator, area=area, period=period, base=base, value=value,
        value_text=value_text, value_qualifier=qualifier, rank=rank, rank_of=rank_of,
        obs_status=status, published_on=published_on, source=source, source_url=source_url,
        note=note,
    )  # fmt: skip


class Reader:
    """Reads the rows of one request, as ``read_reading`` does each.

    What was found sound in one row is not looked at again in the next: of rows like earlier ones
    only the figure is.
    """

    def __init__(self, catalogue: Catalogue, today: date) -> None:
        self._catalogue = catalogue
        self._today = today
        self._sound: dict[object, Draft] = {}
        self._places: dict[object, Draft] = {}

    def read(self, document: object, pointer: str = "") -> Draft:
        """Raises Refused as ``read_reading`` does."""
        if not isinstance(document, dict):
            return read_reading(document, self._catalogue, self._today, pointer)
        sent = tuple(map(document.get, _ALIKE))
        alike = (sent, tuple(map(type, sent)))  # 34, "34" and a number sent as 34 are equal.
        area, period = document.get("area"), document.get("period")
        of_it = document.get("base"), document.get("obs_status")
        place = (area, type(area), period, type(period), *of_it)
        try:
            like, where = self._sound.get(alike), self._places.get(place)
        except TypeError:  # A list or an object, which no field takes.
            like = where = None
        if like and where:
            draft = _read_figure(document, like, where)
            if draft:
                return draft
        draft = read_reading(document, self._catalogue, self._today, pointer)
        self._sound[alike] = self._places[place] = draft
        return draft


def _read_figure(document: Mapping[str, object], like: Draft, where: Draft) -> Draft | None:
    """A row that differs from sound ones in nothing but its figure; None where that has a fault."""
    fields = Fields(document)
    fields.refuse_others(_KNOWN)
    value, value_text = fields.number("value")
    rank, rank_of = fields.count("rank"), fields.count("rank_of")
    read_qualifier(fields, value)
    check_figure(fields, like.indicator, like.obs_status, value, rank)
    check_ranks(fields, rank, rank_of)
    check_range(fields, like.indicator, value)
    if fields.faults:
        return None
    return Draft(  # ``_replace`` takes more than twice as long.
        like.indicator, where.area, where.period, where.base, value, value_text,
        like.value_qualifier, rank, rank_of, like.obs_status, like.published_on, like.source,
        like.source_url, like.note,
    )  # fmt: skip
