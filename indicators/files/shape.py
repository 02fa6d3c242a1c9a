"""How a table of readings is laid out: which column holds what, and what stands in the heads.

Pure: what names mean is handed in as ``Codes``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.utils import get_column_letter

from core.calendar.period_words import read_period
from core.tables.columns import guess
from core.tables.layout import (
    SheetRow,
    counts_columns,
    is_note,
    is_total,
    repeats_heads,
)
from indicators.files.naming import Codes, area_key, indicator_key

HEADS = {
    "indicator": "indicator, ma chi tieu, chi tieu, chi so, ten chi tieu",
    "area": "area, ma dia phuong, ma dia ban, dia phuong, dia ban, tinh thanh pho, tinh, "
    "tinh thanh, ma tinh, don vi hanh chinh, xa phuong, ref area",
    "period": "period, ky, ky so lieu, thoi ky, nam, quy, thang, time period, year",
    "value": "value, gia tri, so lieu, ket qua, obs value",
    "value_qualifier": "value qualifier",
    "rank": "rank, xep hang, hang, thu hang",
    "rank_of": "rank of, tren tong so",
    "obs_status": "obs status, trang thai",
    "published_on": "published on, ngay cong bo",
    "base": "base",
    "unit": "unit, don vi tinh, dvt, don vi",
    "source": "source, nguon, nguon so lieu",
    "source_url": "source url, dia chi nguon",
    "note": "note, ghi chu",
}
"""Heads by field of a reading, as ``columns.guess`` takes them."""
NEEDED = ("indicator", "area", "period")
CELL = "cell"
"""A column beside the fields: where the figure stands, as Excel counts."""
NAMED = ("area", "indicator")
_SAID = {"value", "rank", "obs_status"}
"""One of these makes a row a figure."""
_NUMBER = re.compile(r"-?[\d., \u00a0]*\d%?")
_THOUSANDS = re.compile(r"-?\d{1,3}([.,]\d{3})+")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_OTHER = {",": ".", ".": ","}
_WRITTEN = {
    sign: re.compile(rf"-?(\d+|\d{{1,3}}([{other}]\d{{3}})+)([{sign}]\d+)?%?")
    for sign, other in _OTHER.items()
}
"""Numbers of each decimal sign: thousands are parted everywhere or nowhere."""


@dataclass
class Shape:
    """``last``: the last row of the header, from 0. ``columns``: by field. ``spread``: by column,
    as text, what its head says of its figures. ``constants``: by field, for the whole file.
    ``decimal``: the sign in numbers that are texts; "" where there are none, or it is not sure.
    ``level``: of the areas whose codes lost their zeros; "" is not said. ``is_share``: 0.145 is
    meant as 14.5%; None is not said. ``names``: codes by "area:" or "indicator:" and the key."""

    header: list[str]
    last: int
    columns: dict[str, int]
    spread: dict[str, dict[str, str]] = field(default_factory=dict)
    is_spread: bool = False
    constants: dict[str, str] = field(default_factory=dict)
    decimal: str = ""
    level: str = ""
    is_share: bool | None = None
    names: dict[str, str] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """The fields that nothing says."""
        said = {*self.columns, *self.constants}
        if self.is_spread:
            heads = self.spread.values()
            said |= {key for key in NEEDED if heads and all(key in head for head in heads)}
        lacks = [key for key in NEEDED if key not in said]
        has_figure = self.is_spread or {"value", "rank"} & set(self.columns)
        return lacks if has_figure else [*lacks, "value"]


def guess_shape(header: Sequence[str], last: int, codes: Codes) -> Shape:
    columns, spread = _heads(header, codes)
    return Shape(list(header), last, columns, spread, bool(spread) and "value" not in columns)


def known_in(header: Sequence[str], codes: Codes) -> int:
    """How many heads say something: where most do is the header."""
    return sum(len(found) for found in _heads(header, codes))


def _heads(header: Sequence[str], codes: Codes) -> tuple[dict[str, int], dict[str, dict[str, str]]]:
    """``Shape.columns`` and ``Shape.spread``."""
    spread = {str(at): said for at, head in enumerate(header) if (said := codes.said_by(head))}
    others = ["" if str(at) in spread else head for at, head in enumerate(header)]
    return guess(others, HEADS), spread


@dataclass(frozen=True)
class Figure:
    """``cell`` as Excel counts; ``is_text``: its number was typed as a text; ``formulas`` are the
    fields that hold one."""

    cell: str
    fields: dict[str, str]
    is_text: bool
    formulas: frozenset[str]


@dataclass
class Survey:
    """What was met on the way through a table, and is told or asked before it is recorded."""

    figures: int = 0
    passed: list[tuple[int, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    percents: int = 0
    formulas: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    printed: dict[str, str] = field(default_factory=dict)
    """The names in ``unknown`` as they stand there."""
    short: dict[str, dict[str, str]] = field(default_factory=dict)
    """Codes that lost their zeros, and what each can be by level of area."""
    signs: Counter[str] = field(default_factory=Counter)
    """How many texts show each decimal sign; "" for those that could have either."""
    example: str = ""
    ranges: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """Least and greatest figure of each indicator in %."""


@dataclass
class Unrolled:
    """The figures of a table, one each. ``typed``: columns by row where a number is a text; None:
    all cells are texts."""

    shape: Shape
    codes: Codes
    typed: Mapping[int, Sequence[int]] | None
    survey: Survey = field(default_factory=Survey)

    def figures(self, rows: Iterable[SheetRow]) -> Iterator[Figure]:
        shape, seen = self.shape, self.survey
        spread = {int(at): said for at, said in shape.spread.items()} if shape.is_spread else {}
        at_value = shape.columns.get("value", shape.columns.get("rank", -1))
        places: Mapping[int, Mapping[str, str]] = spread or {at_value: {}}
        used = {*shape.columns.values(), *places}
        is_first = True
        for row in rows:
            if row.number <= shape.last + 1:
                continue
            is_alone = len(row.own) == 1 and not row.joined
            counts = is_first and counts_columns(row)
            is_repeated = repeats_heads(row, shape.header)
            if (
                counts
                or is_repeated
                or is_total(row)
                or is_note(row)
                or (is_alone and len(used) > 1)
            ):
                seen.passed.append((row.number, next(iter(row.own.values()))))
                continue
            is_first = False
            if row.is_hidden:
                seen.hidden.append(row.number)
            fields = {
                name: text
                for name, at in shape.columns.items()
                if at < len(row.cells) and (text := " ".join(row.cells[at].split()))
            }
            if not spread and {*fields, *shape.constants} >= {*NEEDED} and not _SAID & {*fields}:
                seen.passed.append((row.number, " · ".join(row.own.values())))  # Not filled in.
                continue
            for at, said in places.items():
                text = " ".join(row.cells[at].split()) if 0 <= at < len(row.cells) else ""
                if spread and not text:
                    continue
                value = {"value": text} if spread else {}
                yield self._figure(row, at, {**shape.constants, **fields, **said, **value})

    def _figure(self, row: SheetRow, at: int, fields: dict[str, str]) -> Figure:
        for name in NAMED:
            if text := fields.get(name):
                fields[name] = self._code(name, text)
        if period := read_period(fields.get("period", "")):
            fields["period"] = period
        is_text = self.typed is None or at in self.typed.get(row.number - 1, ())
        columns = {**self.shape.columns, **({"value": at} if self.shape.is_spread else {})}
        formulas = frozenset(
            name
            for name, column in columns.items()
            if column in row.formulas
            or (self.typed is None and fields.get(name, "").startswith("="))
        )
        cell = f"{get_column_letter(max(at, 0) + 1)}{row.number}"
        figure = Figure(cell, fields, is_text, formulas)
        self._look_at(figure)
        return figure

    def _code(self, name: str, text: str) -> str:
        """The code that a text means; the text where nothing is known of it."""
        found = self.codes.area(text) if name == "area" else self.codes.indicator(text)
        key = "" if found else f"{name}:{(area_key if name == 'area' else indicator_key)(text)}"
        if found or key in self.shape.names:
            return found or self.shape.names[key]
        if name == "area" and (meant := self.codes.with_zeros(text)):
            self.survey.short[text] = dict(meant)
            sure = next(iter(meant.values())) if len(meant) == 1 else ""
            return meant.get(self.shape.level, sure) or text
        self.survey.unknown[key] += 1
        self.survey.printed.setdefault(key, text)
        return text

    def _look_at(self, figure: Figure) -> None:
        seen, text = self.survey, figure.fields.get("value", "")
        seen.figures += 1
        seen.formulas += bool(figure.formulas)
        seen.percents += text.endswith("%")
        if figure.is_text and _NUMBER.fullmatch(text):
            sign = decimal_sign(text)
            if sign is not None:
                seen.signs[sign] += 1
                seen.example = text if sign or not seen.example else seen.example
        code = figure.fields.get("indicator", "")
        sign = self.shape.decimal or (decimal_sign(text) if figure.is_text else "") or ","
        number = number_of(text, figure, sign)
        if code in self.codes.in_percent and number is not None and not text.endswith("%"):
            least, most = seen.ranges.get(code, (number, number))
            seen.ranges[code] = (min(least, number), max(most, number))


def decimal_sign(text: str) -> str | None:
    """The sign before the decimals of a number that is a text; "" where it could be either, None
    where there is no sign: "1.044,7" → ",", "1.044" → "", "1.044.000" → ","."""
    signs = [char for char in text if char in _OTHER]
    if not signs:
        return None
    if len(set(signs)) > 1:
        return signs[-1]
    if len(signs) > 1:
        return _OTHER[signs[0]]
    return "" if _THOUSANDS.fullmatch(text.rstrip("%").replace(" ", "")) else signs[0]


def with_decimals(text: str, sign: str) -> str:
    """ "1.044,7" → "1044.7" for a decimal comma. A text that is no such number stays as it is."""
    number = re.sub(r"[ \u00a0]", "", text)
    if not _WRITTEN[sign].fullmatch(number):
        return text
    return number.replace(_OTHER[sign], "").replace(sign, ".")


def number_of(text: str, figure: Figure, sign: str) -> Decimal | None:
    plain = with_decimals(text, sign) if figure.is_text else text
    return Decimal(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def plain_fields(figure: Figure, shape: Shape, codes: Codes) -> dict[str, str]:
    """As a reading is sent: a decimal point, percent without its sign, days as 2026-01-15."""
    text = figure.fields.get("value", "")
    # Text that only looks like a formula gets an apostrophe.
    fields = {
        name: f"'{one}" if one.startswith("=") and name not in figure.formulas else one
        for name, one in figure.fields.items()
    }
    if day := _DAY.fullmatch(fields.get("published_on", "")):
        fields["published_on"] = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
    if "value" in figure.formulas:
        return fields
    if figure.is_text and text:
        text = with_decimals(text, shape.decimal or ",")
    if fields.get("indicator") in codes.in_percent:
        if text.endswith("%"):
            text = text.rstrip("% ")
        elif shape.is_share and re.fullmatch(r"-?\d+(\.\d+)?", text):
            text = f"{(Decimal(text) * 100).normalize():f}"
    return {**fields, **({"value": text} if text else {})}
