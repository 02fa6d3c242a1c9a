"""Where the ticks of an axis stand, and how its numbers are written."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import floor, log10
from typing import Any

Spec = Mapping[str, Any]
Tick = tuple[float, str]

TICKS = 6
_NEARLY = 1 - 1e-9
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


def number(value: float, form: str, separators: str) -> str:
    """As Plotly writes it in the forms that we use: ``,d`` and ``,.2~f``, and for none shortest."""
    digits = 0 if form.endswith("d") else int(form[2]) if form.startswith(",.") else 6
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    signs = str.maketrans(".,-", f"{separators}−")
    return text.translate(signs)


def round_numbers(spec: Spec, low: float, high: float, separators: str) -> Iterator[Tick]:
    rough = (high - low) / spec.get("nticks", TICKS)
    power: float = 10.0 ** floor(log10(rough))
    # 1, 2 or 5 of a power of ten, not below the rough one.
    step = spec.get("dtick") or next(
        n * power for n in (1, 2, 5, 10) if n * power >= rough * _NEARLY
    )
    for place in range(floor(low / step), floor(high / step) + 1):
        yield place * step, number(place * step, spec.get("tickformat", ""), separators)


def every_months(spec: Spec, low: float, high: float) -> Sequence[Tick]:
    """Every so many months: of the axis, or as few as it asks for; else the first and last day."""
    begin, end = date.fromordinal(floor(low)), date.fromordinal(floor(high))
    start = date.fromisoformat(spec.get("tick0", f"{begin.year - begin.year % 10}-01-01"))
    span = (end.year - begin.year) * 12 + end.month - begin.month
    asked = str(spec.get("dtick", ""))[1:]
    most = spec.get("nticks", TICKS)
    step = int(asked) if asked else next((s for s in _MONTH_STEPS if span / s <= most), 120)
    found = []
    # Ticks that start on the end of a month stay on ends of months.
    for months in range(0, (end.year - start.year + 1) * 12, step):
        years, month = divmod(start.month - 1 + months, 12)
        day = date(start.year + years, month + 1, 1)
        if start.day > 1:
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)
        if begin <= day <= end:
            found.append((float(day.toordinal()), day.strftime(spec.get("tickformat", "%d/%m/%Y"))))
    if len(found) > 1:
        return found
    return [(float(day.toordinal()), day.strftime("%d/%m/%Y")) for day in (begin, end)]
