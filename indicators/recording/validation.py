"""Reads sent readings: checks every field and finds all faults at once. Writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from core.calendar.periods import Period
from core.errors import Fault, Refused, refuse
from core.text.numbers import SentNumber
from indicators.models import Indicator
from indicators.recording.fields import Fields, read_numbers
from indicators.recording.rules import (
    LONGEST_CODE,
    LONGEST_NOTE,
    LONGEST_SOURCE,
    Catalogue,
    bound_passed,
    check_days,
    check_figure,
    check_place,
    check_range,
    check_ranks,
    check_unit,
    fits,
    places_among,
    read_address,
    read_area,
    read_indicator,
    read_qualifier,
    read_status,
)
from provinces.models import Area

FIELDS = (
    "indicator",
    "area",
    "period",
    "value",
    "value_qualifier",
    "rank",
    "rank_of",
    "obs_status",
    "published_on",
    "base",
    "unit",
    "source",
    "source_url",
    "note",
)
_PASSED_OVER = ("area_name", "period_text", "published_is_estimated", "revision", "recorded_at")
"""Further fields of a listed reading; ignored when it is sent back."""
_KNOWN = frozenset((*FIELDS, *_PASSED_OVER))
_NEEDED = {"indicator", "area", "period"}
_OWN = ("area", "period", "value")
"""Fields that differ from row to row; rows of one sender often have the others in common."""
_PLACE = ("area", "period", "base", "obs_status")
"""Fields that decide which area is meant, and whether the period is allowed."""

Faults = Sequence[Fault]


class ReadingDraft(msgspec.Struct, frozen=True, gc=False):
    """A reading that may be recorded. ``value_text`` is the number as it was sent.

    A struct, since 10,000 are made at once: a NamedTuple takes three times as long.
    """

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
    """The codes in the field ``indicator`` or ``area`` of the documents, to be looked up."""
    return {
        code
        for document in documents
        if isinstance(document, dict)
        and isinstance(code := document.get(name), str)
        and len(code) <= LONGEST_CODE
    }


def read_reading(
    document: object, catalogue: Catalogue, today: date, pointer: str = ""
) -> ReadingDraft:
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
    if indicator and area and period:
        check_place(
            fields,
            indicator,
            area,
            period=period,
            base=base,
            status=status,
            published_on=published_on,
        )
    check_figure(fields, indicator, status, value, rank)
    check_ranks(fields, area, base, rank, rank_of)
    if indicator:
        check_unit(fields, indicator)
        check_range(fields, indicator, value)
    source, source_url = fields.text("source", LONGEST_SOURCE), read_address(fields)
    note = fields.text("note", LONGEST_NOTE)
    if fields.faults or indicator is None or area is None or period is None:
        raise Refused(fields.faults)
    return ReadingDraft(
        indicator=indicator,
        area=area,
        period=period,
        base=base,
        value=value,
        value_text=value_text,
        value_qualifier=qualifier,
        rank=rank,
        rank_of=rank_of,
        obs_status=status,
        published_on=published_on,
        source=source,
        source_url=source_url,
        note=note,
    )


class DocumentReader:
    """Reads the rows of one request, each as ``read_reading`` does.

    What was sound in one row is not checked again. Of a row like an earlier one only the figure is
    read. ``stem``: what pointers begin with, before the index of the row.
    """

    def __init__(self, catalogue: Catalogue, today: date, stem: str = "") -> None:
        self._catalogue = catalogue
        self._today = today
        self._stem = stem

    def read(self, documents: Sequence[object]) -> list[ReadingDraft | Faults]:
        """A draft, or faults, for each document."""
        groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, document in enumerate(documents):
            if isinstance(document, dict):
                groups[tuple(document)].append(index)
        found: dict[int, ReadingDraft | Faults] = {}
        for names, indexes in groups.items():
            rows = [documents[index] for index in indexes]
            if columns := _columns(names, rows):
                found.update(zip(indexes, self._read_alike(rows, indexes, columns), strict=True))
        return [
            found[index] if index in found else self._read_alone(document, index)
            for index, document in enumerate(documents)
        ]

    def _read_alone(self, document: object, index: int) -> ReadingDraft | Faults:
        try:
            return read_reading(document, self._catalogue, self._today, f"{self._stem}/{index}")
        except Refused as refusal:
            return refusal.faults  # The exception would keep all local values alive.

    def _read_alike(
        self,
        rows: Sequence[object],
        indexes: Sequence[int],
        columns: Mapping[str, Sequence[object]],
    ) -> Iterator[ReadingDraft | Faults]:
        """Rows with the same fields, each of one type."""
        sound: dict[object, ReadingDraft] = {}
        places: dict[object, ReadingDraft] = {}
        common = zip(*(columns[name] for name in columns if name not in _OWN), strict=True)
        where = zip(*(columns[name] for name in _PLACE if name in columns), strict=True)
        numbers = read_numbers(columns.get("value", [None] * len(rows)))
        for row, index, alike, place, number in zip(
            rows, indexes, common, where, numbers, strict=True
        ):
            like, there = sound.get(alike), places.get(place)
            if like and there and number and _is_like(like, there, number[0]):
                yield ReadingDraft(
                    like.indicator,
                    there.area,
                    there.period,
                    there.base,
                    *number,
                    like.value_qualifier,
                    like.rank,
                    like.rank_of,
                    like.obs_status,
                    like.published_on,
                    like.source,
                    like.source_url,
                    like.note,
                )
                continue
            draft = self._read_alone(row, index)
            if isinstance(draft, ReadingDraft):
                sound[alike] = places[place] = draft
            yield draft


def _is_like(like: ReadingDraft, there: ReadingDraft, value: Decimal | None) -> bool:
    """Is this figure as sound as those of two earlier rows: one with the same place, the other with
    all else the same?"""
    return (
        (value is None) == (like.value is None)
        and bound_passed(like.indicator, value) is None
        and places_among(like.area, like.base) == places_among(there.area, there.base)
        and fits(
            like.indicator,
            there.area,
            there.period,
            base=there.base,
            status=like.obs_status,
            published_on=like.published_on,
        )
    )


def _columns(names: Sequence[str], rows: Sequence[Any]) -> Mapping[str, Sequence[object]] | None:
    """The rows' values by field; None if the rows must be read one by one.

    That is so for columns of mixed types, where equal values may differ: True equals 1, and "34"
    equals a number that was sent as 34.
    """
    if not set(names) >= _NEEDED:
        return None
    columns = dict(zip(names, zip(*map(dict.values, rows), strict=True), strict=True))
    are_plain = all(_is_of_one_type(columns[name]) for name in names if name != "value")
    return columns if are_plain else None


def _is_of_one_type(column: Sequence[object]) -> bool:
    kinds = set(map(type, column)) - {type(None)}
    return len(kinds) <= 1 and kinds <= {str, int, SentNumber}
