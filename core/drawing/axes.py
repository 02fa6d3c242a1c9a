"""The axes of a Plotly figure: from values to numbers, and where their ticks stand."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from math import floor, log10
from typing import Any

Spec = Mapping[str, Any]
Tick = tuple[float, str]

_ISO_DAY = 10
_TICKS = 6
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_ROOM = 0.05
"""Of the values, at both ends where the figure names no range."""


@dataclass(frozen=True)
class Axis:
    """``first`` lies left or at the bottom; it is the greater where the axis is turned round."""

    at: Callable[[Any], float]
    first: float
    last: float
    ticks: tuple[Tick, ...]


def axis_of(spec: Spec, values: Iterable[Any], separators: str, *, of_bars: bool = False) -> Axis:
    """``values``: all that is drawn along it. ``of_bars``: they grow from zero, without room."""
    drawn = [value for value in values if value is not None]
    texts = [value for value in drawn if isinstance(value, str)]
    at: Callable[[Any], float] = float
    if spec.get("type") == "date":
        at, ends = _day, [_day(value) for value in drawn]
        room = 0.0
    elif texts:
        places = {text: float(place) for place, text in enumerate(dict.fromkeys(texts))}
        at, ends, room = places.__getitem__, [-0.5, len(places) - 0.5], 0.0
    else:
        ends = [*map(float, drawn), *([0.0] if of_bars else [])]
        room = 0.0 if of_bars else _ROOM
    if given := spec.get("range"):
        first, last = (at(value) if isinstance(value, str) else float(value) for value in given)
    else:
        least, most = min(ends, default=0.0), max(ends, default=1.0)
        most += (least == most) * 1.0
        first, last = least - room * (most - least), most + room * (most - least)
    if spec.get("autorange") == "reversed":
        first, last = last, first
    low, high = sorted((first, last))
    if spec.get("showticklabels") is False or spec.get("visible") is False:
        ticks: Iterable[Tick] = ()
    elif "tickvals" in spec:
        words = spec.get("ticktext") or [
            number(value, "", separators) for value in spec["tickvals"]
        ]
        ticks = zip(map(at, spec["tickvals"]), words, strict=True)
    elif spec.get("type") == "date":
        ticks = _days(spec, low, high)
    elif texts:
        ticks = [(at(text), unescape(text)) for text in dict.fromkeys(texts)]
    else:
        ticks = _numbers(spec, low, high, separators)
    suffix = spec.get("ticksuffix", "").rstrip()
    slack = (high - low) * 1e-9
    seen = tuple((x, f"{text}{suffix}") for x, text in ticks if low - slack <= x <= high + slack)
    return Axis(at, first, last, seen)


def number(value: float, form: str, separators: str) -> str:
    """As Plotly writes it in the forms that we use: ``,d`` and ``,.2~f``, and for none shortest."""
    digits = 0 if form.endswith("d") else int(form[2]) if form.startswith(",.") else 6
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    signs = str.maketrans(".,-", f"{separators}−")
    return text.translate(signs)


def _day(value: str) -> float:
    return float(date.fromisoformat(value[:_ISO_DAY]).toordinal())


def _numbers(spec: Spec, low: float, high: float, separators: str) -> Iterator[Tick]:
    step = spec.get("dtick") or _round_step((high - low) / spec.get("nticks", _TICKS))
    for place in range(floor(low / step), floor(high / step) + 1):
        yield place * step, number(place * step, spec.get("tickformat", ""), separators)


def _round_step(rough: float) -> float:
    """1, 2 or 5 of a power of ten, not below the rough one."""
    power: float = 10.0 ** floor(log10(rough))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= rough * (1 - 1e-9))


def _days(spec: Spec, low: float, high: float) -> Sequence[Tick]:
    """Every so many months: of the axis, or as few as it asks for; else the first and last day."""
    begin, end = date.fromordinal(floor(low)), date.fromordinal(floor(high))
    start = date.fromisoformat(spec.get("tick0", f"{begin.year - begin.year % 10}-01-01"))
    span = (end.year - begin.year) * 12 + end.month - begin.month
    asked = str(spec.get("dtick", ""))[1:]
    most = spec.get("nticks", _TICKS)
    step = int(asked) if asked else next((s for s in _MONTH_STEPS if span / s <= most), 120)
    found = []
    for months in range(0, (end.year - start.year + 1) * 12, step):
        years, month = divmod(start.month - 1 + months, 12)
        # The day before the first, so that the end of a month stays one.
        day = (
            date(start.year + years, month + 1, 1)
            if start.day == 1
            else _month_end(start.year + years, month + 1)
        )
        if begin <= day <= end:
            found.append((float(day.toordinal()), day.strftime(spec.get("tickformat", "%d/%m/%Y"))))
    if len(found) > 1:
        return found
    return [(float(day.toordinal()), day.strftime("%d/%m/%Y")) for day in (begin, end)]


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
