"""How a table of readings is laid out: which column holds what, and what stands in the heads.

Pure: what names mean is handed in as ``Codes``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from core.tables.columns import Column, guess
from core.text.vietnamese import fold
from indicators.files.naming import Codes
from provinces.area_names import COMMUNE, PROVINCE

COLUMNS = (
    Column(
        "indicator",
        _("Indicator"),
        heads="indicator, ma chi tieu, chi tieu, chi so, ten chi tieu",
        is_needed=True,
    ),
    Column(
        "area",
        _("Area"),
        heads="area, ma dia phuong, ma dia ban, dia phuong, dia ban, ma xa, xa phuong, phuong xa, "
        "ten xa, xa, tinh thanh pho, tinh, tinh thanh, ma tinh, don vi hanh chinh, ref area",
        is_needed=True,
    ),
    Column(
        "period",
        _("Period"),
        heads="period, ky, ky so lieu, thoi ky, nam, quy, thang, time period, year",
        is_needed=True,
    ),
    Column("part", _("Quarter or month beside the year"), heads="quy, thang"),
    Column(
        "value",
        _("Value"),
        heads="value, gia tri, so lieu, ket qua, thuc hien, diem so, diem, obs value",
    ),
    Column("value_qualifier", _("Sign before the value"), heads="value qualifier"),
    Column("rank", _("Rank"), heads="rank, xep hang, hang, thu hang"),
    Column("rank_of", _("Ranked among"), heads="rank of, tren tong so"),
    Column("obs_status", _("Status of the figure"), heads="obs status, trang thai"),
    Column("published_on", _("Published on"), heads="published on, ngay cong bo"),
    Column("base", _("How many provinces"), heads="base, theo so tinh, so tinh"),
    Column("unit", _("Unit"), heads="unit, don vi tinh, dvt, don vi"),
    Column("source", _("Source"), heads="source, nguon, nguon so lieu"),
    Column("source_url", _("Address of the source"), heads="source url, dia chi nguon"),
    Column("note", _("Note"), heads="note, ghi chu"),
)
PART = "part"
"""Of a year, in a column of its own."""
NEEDED = tuple(column.key for column in COLUMNS if column.is_needed)
TOLD, CELL = "told", "cell"
"""Columns beside the fields: what the preview says of the figure, and where it stands, as Excel
counts."""
SHOWN, STORED = "shown", "stored"
OLD = "63"
"""As ``base`` says it in a table."""
_LEVELS = {
    PROVINCE: re.compile(r"\b(tinh|provinces?)\b"),
    COMMUNE: re.compile(r"(?<!dia )\b(xa|phuong|communes?|wards?)\b"),
}
"""Heads that say of which level their areas are."""
_NO_FIGURE = re.compile(
    r"\b(ke hoach|muc tieu|du kien|chi tieu giao|so voi|cung ky|tang.{0,3}giam|plan|target)\b"
    r"|\b(quy|thang|tuan|quarter|month|week)\b"
)
"""What stands beside a period in the head of a column that holds another figure, or one of a part
of the period that is not understood."""


@dataclass
class Shape:
    """``last``: the last row of the header, from 0. ``columns``: by field. ``spread``: by column,
    as text, what its head says of its figures. ``constants``: by field, for the whole file.
    ``decimal``: the sign in numbers that are texts; "" where there are none, or it is not sure.
    ``level``: of the areas, where a name or a code without its zeros fits more than one; "" is not
    said. ``is_share``: 0.145 is meant as 14.5%; ``percent``: a cell in percent is taken as it is
    "shown", 14.5%, or "stored", 0.145; ``takes_formulas``: by their stored values. None and "" are
    not said. ``names``: codes by "area:" or "indicator:" and the key."""

    header: list[str]
    last: int
    columns: dict[str, int]
    spread: dict[str, dict[str, str]] = field(default_factory=dict)
    is_spread: bool = False
    constants: dict[str, str] = field(default_factory=dict)
    decimal: str = ""
    level: str = ""
    is_share: bool | None = None
    percent: str = ""
    takes_formulas: bool | None = None
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
    heads = _Heads(header, codes)
    columns, spread = heads.columns, heads.spread
    is_spread = bool(spread) and "value" not in columns
    head = fold(header[columns["area"]]) if "area" in columns else ""
    found = [level for level, words in _LEVELS.items() if words.search(head)]
    level = found[0] if len(found) == 1 else ""
    return Shape(list(header), last, columns, spread, is_spread, level=level)


def known_in(header: Sequence[str], codes: Codes) -> int:
    """How much the heads say: where they say most is the header."""
    heads = _Heads(header, codes)
    return len(heads.columns) + sum(1 + len(also) for said, also in heads.told if said)


class _Heads:
    """``columns`` and ``spread`` as in ``Shape``; ``told``: what each head says of its figures, and
    the fields that are named beside it.

    Of "2025 – Plan", "2025 – Done" and "2025 – Rank" the second holds the figures; where it is not
    sure none does.
    """

    def __init__(self, header: Sequence[str], codes: Codes) -> None:
        self.told, self.spread = (
            list[tuple[dict[str, str], set[str]]](),
            dict[str, dict[str, str]](),
        )
        for at, (said, rest) in enumerate(map(codes.said_by, header)):
            also = {*guess(rest, COLUMNS)} if said else set[str]()
            is_other = "value" not in also and any(_NO_FIGURE.search(fold(one)) for one in rest)
            if said and also <= {*NEEDED, "value"} and not is_other:
                self.spread[str(at)] = said
            self.told.append((said, also))
        for said in list(self.spread.values()):
            alike = [key for key in self.spread if self.spread[key] == said]
            sure = [key for key in alike if len(alike) == 1 or "value" in self.told[int(key)][1]]
            for key in {*alike} - {*sure[: len(sure) == 1]}:
                del self.spread[key]
        unsaid = [
            "" if said else head for head, (said, _also) in zip(header, self.told, strict=True)
        ]
        self.columns = guess(unsaid, COLUMNS)
