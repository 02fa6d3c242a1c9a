"""One cell of a grid: where it stands, what is on record there, and what was typed."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.calendar.periods import Period
from core.text.language import in_language
from indicators.entry.figures import shown
from indicators.models import ObsStatus, Reading
from indicators.recording.rules import NEW_BASE, OLD_BASE
from provinces.models import Area

_BASES = (0, NEW_BASE, OLD_BASE)
_NAME = re.compile(r"([\w-]{1,32})\|([0-9SQW/-]{4,15})\|(0|34|63)\.([0-9]{1,9})")

Place = tuple[str, str]
"""Code of the area and text of the period."""


@dataclass(frozen=True)
class CellKey:
    """Where a cell stands and what its reader has seen there: the series' last revision."""

    area: str
    period: str
    base: int
    seen: int

    @classmethod
    def named(cls, name: str) -> "CellKey | None":
        """None for the name of any other field."""
        match = _NAME.fullmatch(name)
        return match and cls(match[1], match[2], int(match[3]), int(match[4]))

    @property
    def name(self) -> str:
        return f"{self.area}|{self.period}|{self.base}.{self.seen}"

    @property
    def place(self) -> Place:
        return self.area, self.period


@dataclass(frozen=True)
class TypedCell:
    key: CellKey
    area: Area
    period: Period
    text: str


@dataclass
class Cell:
    """``text`` is in the field, ``stored`` on record. ``key``: what its reader has seen, which is
    ``on_record`` unless it was recorded meanwhile. ``state``: what became of what was typed;
    ``question`` is what a yes to its words sends."""

    area: Area
    period: Period
    key: CellKey
    current: Reading | None
    earlier: Reading | None
    previous: Reading | None
    text: str = ""
    stored: str = field(init=False)
    on_record: CellKey = field(init=False)
    state: str = ""
    words: str = ""
    question: str = ""
    may_withdraw: bool = False

    def __post_init__(self) -> None:
        self.text = self.stored = shown(self.current)
        self.on_record = self.key

    @property
    def id(self) -> str:
        return f"c-{self.area.code}-{self.period.text.replace('/', '_')}"

    @property
    def label(self) -> str:
        return label_of(self.period)

    @property
    def is_saved(self) -> bool:
        return self.state == "saved"

    @property
    def status(self) -> str:
        """ "" where it is final, as most are."""
        is_plain = self.current is None or self.current.obs_status == ObsStatus.FINAL
        return "" if is_plain or self.current is None else self.current.get_obs_status_display()

    @property
    def before(self) -> str:
        """What the earlier vintage said; of an empty cell, what the period before has."""
        words, reading = _("earlier %(figure)s"), self.earlier
        if self.current is None:
            words, reading = _("last %(figure)s"), self.previous
        figure = shown(reading)
        return words % {"figure": figure} if figure else ""

    @property
    def has_more(self) -> bool:
        """Whether anything is said below the field."""
        return bool(self.state or self.status or self.before or self.may_withdraw)


def base_of(area: Area, period: Period, held: set[int]) -> int:
    """Among how many provinces the cell's figure was counted: as the rules of a reading want it,
    else as the figure on record was."""
    if not area.is_active:
        return OLD_BASE
    if area.merged_on and period.first_day < area.merged_on:
        return NEW_BASE
    may_be = [base for base in _BASES if base != OLD_BASE or not area.merged_on]
    return next((base for base in may_be if base in held), 0)


def label_of(period: Period) -> str:
    return period.label(in_language("vi", "en"))


def agreed_to(confirmed: Collection[str]) -> dict[tuple[Place, str], CellKey]:
    """By place and text: what had been seen there when yes was said to that text."""
    parts = (sent.rsplit("|", 1) for sent in confirmed if "|" in sent)
    keys = ((CellKey.named(name), text) for name, text in parts)
    return {(key.place, text): key for key, text in keys if key}
