"""The axes of a Plotly figure: from values to numbers, and where their ticks stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from core.drawing.ticks import Spec, Tick, every_months, number, round_numbers

_ISO_DAY = 10
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
        ticks = every_months(spec, low, high)
    elif texts:
        ticks = [(at(text), unescape(text)) for text in dict.fromkeys(texts)]
    else:
        ticks = round_numbers(spec, low, high, separators)
    suffix = spec.get("ticksuffix", "").rstrip()
    slack = (high - low) * 1e-9
    seen = tuple((x, f"{text}{suffix}") for x, text in ticks if low - slack <= x <= high + slack)
    return Axis(at, first, last, seen)


def _day(value: str) -> float:
    return float(date.fromisoformat(value[:_ISO_DAY]).toordinal())
