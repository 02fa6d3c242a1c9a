"""The figures of a table, one each, with what was met on the way. Pure, as ``shape`` is."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from openpyxl.utils import get_column_letter

from core.calendar.period_words import first_day, read_period
from core.tables.layout import SheetRow, counts_columns, is_note, is_total, repeats_heads
from core.text.vietnamese import fold
from indicators.files.naming import Codes, indicator_key
from indicators.files.shape import NEEDED, OLD, PART, STORED, Shape
from provinces.area_names import COMMUNE, area_key

_SAID = {"value", "rank", "obs_status"}
"""One of these makes a row a figure."""
_NUMBER = re.compile(r"-?[\d., ]*\d ?%?")
_UNIT = re.compile(r"\(?(?:đơn vị tính|don vi tinh|[đd]vt|unit) ?: ?(.+?)\)?", re.IGNORECASE)
_MINUS = re.compile(r"^[−–] ?(?=\d)")
"""As typesetters and word processors write it."""
_DIGIT = re.compile(r"\d")
_OF_PLACES = re.compile(r"\b(tinh|thanh pho|xa|phuong|dia phuong|dia ban|area|province|commune)\b")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}([.,]\d{3})+ ?%?")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_OTHER = {",": ".", ".": ","}
_WRITTEN = {
    sign: re.compile(rf"-?(\d+|[1-9]\d{{0,2}}(([{other}]\d{{3}})+|( \d{{3}})+))([{sign}]\d+)? ?%?")
    for sign, other in _OTHER.items()
}
"""Numbers of each decimal sign: thousands are parted everywhere or nowhere, and begin with no 0."""


@dataclass(frozen=True)
class Figure:
    """``cell`` as Excel counts; ``is_text``: its number was typed as a text; ``formulas`` are the
    fields that hold one, each with its stored value, or as it stands where it has none."""

    cell: str
    fields: dict[str, str]
    is_text: bool
    formulas: frozenset[str]
    is_hidden: bool = False
    is_joined: bool = False
    """It is one cell with the figure above."""

    @property
    def told(self) -> str:
        """What the preview says of it, as words parted by spaces."""
        is_percent = self.fields.get("value", "").endswith("%")
        marks = {
            "formula": self.formulas,
            "percent": is_percent,
            "hidden": self.is_hidden,
            "joined": self.is_joined,
        }
        return " ".join(mark for mark, is_so in marks.items() if is_so)


@dataclass
class Survey:
    """What was met on the way through a table, and is told or asked before it is recorded."""

    figures: int = 0
    passed: list[tuple[int, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    ended: int = 0
    """The row in which another table begins; it is not read."""
    percents: int = 0
    percent: str = ""
    """A cell in percent, as it is shown."""
    odd_percents: int = 0
    """Of indicators that are not measured in %."""
    formulas: int = 0
    stored: str = ""
    """What one of the formulas came to."""
    levels: Counter[str] = field(default_factory=Counter)
    """How many areas were sure, by level, and in ``doubtful`` and ``bare`` the keys of others:
    names that provinces and communes share, and of communes without "xã" or "phường"."""
    doubtful: dict[str, int] = field(default_factory=Counter)
    bare: dict[str, int] = field(default_factory=Counter)
    redrawn: dict[str, str] = field(default_factory=dict)
    """Provinces that had other borders, by code, with a period of which that matters."""
    unknown: Counter[str] = field(default_factory=Counter)
    printed: dict[str, str] = field(default_factory=dict)
    """The names in ``unknown`` as they stand there."""
    short: dict[str, dict[str, str]] = field(default_factory=dict)
    """Codes that lost their zeros, and what each can be by level of area."""
    signs: Counter[str] = field(default_factory=Counter)
    """How many texts show each decimal sign; "" for those that could have either."""
    example: str = ""
    unit: str = ""
    """As a title says it."""
    odd_units: int = 0
    """Figures of indicators that are measured in another one."""
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
    _beside: Sequence[int] = ()
    """Columns that are not read and may name the area too."""
    _over: dict[str, str] = field(default_factory=dict)
    """What headings of groups say of the rows below them."""

    def figures(self, rows: Iterable[SheetRow]) -> Iterator[Figure]:
        shape, seen = self.shape, self.survey
        spread = {int(at): said for at, said in shape.spread.items()} if shape.is_spread else {}
        at_value = shape.columns.get("value", shape.columns.get("rank", -1))
        places: Mapping[int, Mapping[str, str]] = spread or {at_value: {}}
        used = {*shape.columns.values(), *places}
        free = (at for at in range(len(shape.header)) if at not in used)
        self._beside = [at for at in free if _OF_PLACES.search(fold(shape.header[at]))]
        for row in self._with_figures(rows, is_narrow=len(used) == 1):
            fields = {
                name: text
                for name, at in shape.columns.items()
                if at < len(row.cells) and (text := row.cells[at])
            }
            known = {**shape.constants, **self._over, **fields}
            texts = {at: row.cells[at] for at in places if 0 <= at < len(row.cells)}
            is_unit = {*NEEDED}.isdisjoint(fields) and not _DIGIT.search("".join(texts.values()))
            if is_unit or (not spread and known.keys() >= {*NEEDED} and not _SAID & {*fields}):
                seen.passed.append((row.number, " · ".join(row.own.values())))  # Not filled in.
                continue
            if row.is_hidden:
                seen.hidden.append(row.number)
            for at, said in places.items():
                if spread and not texts.get(at):
                    continue
                value = {"value": texts[at]} if spread else {}
                yield self._figure(row, at, {**known, **said, **value})

    def _with_figures(self, rows: Iterable[SheetRow], *, is_narrow: bool) -> Iterator[SheetRow]:
        """Without titles, headings of groups, totals and notes, and without what is below a second
        title and header. ``is_narrow``: a row of one cell may be all."""
        begins, last, titles, is_first = self.shape.last + 2, "", set[str](), True
        for row in rows:
            text = next(iter(row.own.values()))
            is_alone, is_repeated = len(row.own) == 1, repeats_heads(row, self.shape.header)
            if is_repeated and last and not any(map(last.startswith, titles)):
                self.survey.ended = row.number - 1
                return
            last = area_key(text) if is_alone and not is_note(row) else ""
            if row.number < begins and is_repeated:
                continue
            is_heading = is_alone and not row.joined and not is_narrow
            counts = is_first and counts_columns(row)
            if row.number < begins:
                titles.add(last or text)
                for match in filter(None, map(_UNIT.fullmatch, row.own.values())):
                    self.survey.unit = match[1]
            elif not (is_heading or counts or is_repeated or is_total(row) or is_note(row)):
                is_first = False
                yield row
                continue
            elif is_heading:
                self._over |= self._said_for_rows_below(text)
            self.survey.passed.append((row.number, text))

    def _said_for_rows_below(self, text: str) -> dict[str, str]:
        """By the heading of a group of rows: "Năm 2024", or an indicator."""
        period, indicator = read_period(text), self.codes.indicator(text)
        said = {"period": period} if period else {"indicator": indicator} if indicator else {}
        return {name: what for name, what in said.items() if name not in self.shape.columns}

    def _figure(self, row: SheetRow, at: int, fields: dict[str, str]) -> Figure:
        if text := fields.get("indicator"):
            fields["indicator"] = self._indicator(text)
        part, period = fields.pop(PART, ""), read_period(fields.get("period", ""))
        if part and period:
            head = self.shape.header[self.shape.columns[PART]]
            of_year = (f"{part} {period}", f"{head} {part}/{period}")
            fields["period"], period = of_year[0], next(filter(None, map(read_period, of_year)), "")
        fields["period"] = period or fields.get("period", "")
        begins = first_day(period)
        if begins >= self.codes.areas.redrawn_on and "base" not in self.shape.columns:
            fields.pop("base", None)  # Said of earlier figures.
        if text := fields.get("area"):
            fields["area"] = self._area(text, fields.get("base", ""))
            if not fields.get("base") and (other := self._other_area(row, fields["area"])):
                fields["area"] = f"{text} ≠ {other}"
            if not fields.get("base") and begins < self.codes.areas.redrawn.get(
                fields["area"], date.min
            ):
                self.survey.redrawn.setdefault(fields["area"], period)
        is_text = self.typed is None or at in self.typed.get(row.number - 1, ())
        if is_text and "value" in fields:
            fields["value"] = _MINUS.sub("-", fields["value"])
        columns = {**self.shape.columns, **({"value": at} if self.shape.is_spread else {})}
        formulas = frozenset(
            name
            for name, column in columns.items()
            if column in row.formulas
            or (self.typed is None and fields.get(name, "").startswith("="))
        )
        cell = f"{get_column_letter(max(at, 0) + 1)}{row.number}"
        figure = Figure(cell, fields, is_text, formulas, row.is_hidden, at in row.joined)
        self._look_at(figure)
        return figure

    def _other_area(self, row: SheetRow, code: str) -> str:
        """What a column beside says, where it is another area of the same level."""
        names = self.codes.areas
        for at in self._beside:
            other = names.find(row.cells[at], self.shape.level)
            if other and other != code and names.levels[other] == names.levels.get(code):
                return row.cells[at]
        return ""

    def _indicator(self, text: str) -> str:
        """The code that a text means; the text where nothing is known of it."""
        if found := self.codes.indicator(text):
            return found
        return self._said(f"indicator:{indicator_key(text)}", text)

    def _said(self, key: str, text: str) -> str:
        if code := self.shape.names.get(key):
            return code
        self.survey.unknown[key] += 1
        self.survey.printed.setdefault(key, text)
        return text

    def _area(self, text: str, base: str) -> str:
        names, shape, seen = self.codes.areas, self.shape, self.survey
        key = area_key(text)
        if text in names.levels or f"area:{key}" in shape.names:
            code = shape.names.get(f"area:{key}", text)
            seen.levels[names.levels.get(code, "")] += 1
            return code
        if meant := names.with_zeros(text):
            seen.short[text] = dict(meant)
            sure = next(iter(meant.values())) if len(meant) == 1 else ""
            return meant.get(shape.level, sure) or text
        found = names.find(text, shape.level, is_old=base == OLD)
        fits = names.meant(text)
        if not shape.level and len(fits) > 1:
            seen.doubtful[key] += 1
        elif not found:
            return self._said(f"area:{key}", text)
        elif COMMUNE in fits and ":" not in key:
            seen.bare[key] += 1
        else:
            seen.levels[names.levels[found]] += 1
        seen.printed.setdefault(f"area:{key}", text)
        return found or text

    def _look_at(self, figure: Figure) -> None:
        seen, text = self.survey, figure.fields.get("value", "")
        seen.figures += 1
        if figure.formulas:
            seen.formulas += 1
            texts = (figure.fields.get(name, "") for name in sorted(figure.formulas))
            seen.stored = seen.stored or next((one for one in texts if one and one[0] != "="), "")
        if figure.is_text and _NUMBER.fullmatch(text):
            sign = decimal_sign(text)
            if sign is not None:
                seen.signs[sign] += 1
                seen.example = text if sign or not seen.example else seen.example
        code = figure.fields.get("indicator", "")
        units = self.codes.units.get(code, frozenset())
        seen.odd_units += bool(seen.unit and units and fold(seen.unit) not in units)
        if text.endswith("%"):
            seen.percents += 1
            seen.percent = seen.percent or text
            seen.odd_percents += code not in self.codes.in_percent
        sign = self.shape.decimal or (decimal_sign(text) if figure.is_text else "") or ","
        number = as_number(text, sign if figure.is_text else "")
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
    return "" if _THOUSANDS.fullmatch(text) else signs[0]


def with_decimals(text: str, sign: str) -> str:
    """ "1.044,7" → "1044.7" for a decimal comma. A text that is no such number stays as it is."""
    if not _WRITTEN[sign].fullmatch(text):
        return text
    return text.replace(" ", "").replace(_OTHER[sign], "").replace(sign, ".")


def as_number(text: str, sign: str) -> Decimal | None:
    """``sign``: before the decimals; "" for the point of a number that is none of a text."""
    plain = with_decimals(text, sign) if sign else text
    return Decimal(plain) if _PLAIN.fullmatch(plain) else None


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
    if figure.formulas and not shape.takes_formulas:
        # A formula is refused with its row.
        return {**fields, **{name: f"={fields[name].lstrip('=')}" for name in figure.formulas}}
    if figure.is_text and text:
        text = with_decimals(text, shape.decimal or ",")
    is_percent, number = fields.get("indicator") in codes.in_percent, text.rstrip("% ")
    if text.endswith("%") and (is_percent or shape.percent):
        text = number
        if shape.percent == STORED and _PLAIN.fullmatch(number):
            text = f"{(Decimal(number) / 100).normalize():f}"
    elif is_percent and shape.is_share and _PLAIN.fullmatch(text):
        text = f"{(Decimal(text) * 100).normalize():f}"
    return {**fields, **({"value": text} if text else {})}
