"""What a chart answers: its question, the finding that is its title, and bars that lead to rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from dashboards.text import figures


@dataclass(frozen=True)
class Counted:
    """A figure and the address of its rows, without the day; "" where they have no page."""

    count: int
    url: str = ""
    text: str = ""
    """How it is written where that is not the count alone: "68,2% (15/22)"."""

    @property
    def words(self) -> str:
        return self.text or figures.number(self.count)


@dataclass(frozen=True)
class Bar:
    """One mark of the chart and row of its table; ``counts`` in the order of the series."""

    label: str
    counts: tuple[Counted, ...]
    url: str = ""


@dataclass(frozen=True)
class BarSeries:
    """What is counted, and the tone in which it is drawn."""

    label: str
    tone: str


@dataclass(frozen=True)
class Finding:
    """A chart with its question; ``title``: what it shows, in words; ``heading``: of the bars.

    ``chart`` is its name in the registry, ``query`` what that is asked with.
    ``is_upright``: the bars stand side by side, as days do.
    """

    chart: str
    question: str
    title: str
    heading: str
    series: tuple[BarSeries, ...]
    bars: tuple[Bar, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    is_upright: bool = False

    @property
    def address(self) -> str:
        return urlencode(self.query)

    @property
    def is_empty(self) -> bool:
        return not any(one.count for bar in self.bars for one in bar.counts)


def rows_url(page: str = "/tasks/", **query: str) -> str:
    """The list that a figure counts, without the day."""
    return f"{page}?{urlencode(query)}"


def most(bars: Iterable[Bar]) -> Bar:
    """The first of those with the highest sum."""
    return max(bars, key=lambda bar: sum(one.count for one in bar.counts))
