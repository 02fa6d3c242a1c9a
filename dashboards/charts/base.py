"""What all charts share: colours, axes, labels.

Plotly turns some markup in labels into style attributes, which the content policy forbids. So
labels have no markup: bold or coloured words are labels with a font of their own.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from dashboards.text import figures

Figure = dict[str, Any]

INK, SOFT, LINE = "#1d2126", "#565e68", "#d9dde2"
DONE, GOOD, WARN, BAD = "#1b5e9e", "#00755f", "#956000", "#b5390a"
DONE_SOFT = "rgba(27,94,158,0.13)"
BAD_SOFT = "rgba(181,57,10,0.18)"
_FONT = "'Source Sans 3', 'Segoe UI', 'Noto Sans', Arial, sans-serif"
_LABEL_LENGTH = 34
_TICKS = 6
_WHOLE_STEPS = [n * 10**power for power in range(12) for n in (1, 2, 5)]
_YEAR_STEPS, _LONGEST_STEP = ((1, 10), (2, 20)), 5
"""Ticks every so many years, up to that many years."""


def figure(traces: list[dict[str, Any]], **layout: Any) -> Figure:
    base: dict[str, Any] = {
        "autosize": True,
        "font": {"family": _FONT, "size": 13, "color": INK},
        "separators": ",." if figures.language() == "vi" else ".,",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "hoverlabel": {"font": {"family": _FONT, "size": 13}},
    }
    return {"data": traces, "layout": {**base, **layout}}


def axis(**more: Any) -> dict[str, Any]:
    plain = {
        "fixedrange": True,
        "zeroline": False,
        "gridcolor": "#eceef1",
        "linecolor": LINE,
        "tickfont": {"color": SOFT, "size": 12},
        "automargin": True,
    }
    return {**plain, **more}


def whole_axis(least: float, most: float, **more: Any) -> dict[str, Any]:
    """Ticks at whole numbers only: there is no rank 62,5 and no half task."""
    rough = (most - least) / _TICKS
    step = next(s for s in _WHOLE_STEPS if s >= rough)
    return axis(tick0=0, dtick=step, tickformat=",d", **more)


def time_axis(**more: Any) -> dict[str, Any]:
    return axis(type="date", showgrid=False, showline=True, hoverformat="%d/%m/%Y", **more)


def year_axis(first: date, last: date) -> dict[str, Any]:
    """Ticks at the ends of years, where a year's reading is drawn; a little room at both sides."""
    years = last.year - first.year
    step = next((step for step, most in _YEAR_STEPS if years <= most), _LONGEST_STEP)
    room = max((last - first) * 0.04, timedelta(days=60))
    return time_axis(
        tickformat="%Y",
        tick0="2000-12-31",
        dtick=f"M{12 * step}",
        range=[(first - room).isoformat(), (last + room).isoformat()],
    )


def note(
    text: str, x: Any, y: Any, colour: str, *, strong: bool = False, **more: Any
) -> dict[str, Any]:
    plain = {
        "text": text,
        "x": x,
        "y": y,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"color": colour, "size": 12.5, "weight": 700 if strong else 400},
    }
    return {**plain, **more}


def spread(values: Sequence[float], least: float) -> list[float]:
    """Where labels stand that would meet: lower ones step down, so that all are ``least`` apart."""
    places, above = dict[int, float](), float("inf")
    for place in sorted(range(len(values)), key=lambda place: -values[place]):
        places[place] = above = min(values[place], above - least)
    return [places[place] for place in range(len(values))]


def short(text: str, longest: int = _LABEL_LENGTH) -> str:
    """Cut to the longest length, and escaped: Plotly reads markup in labels."""
    cut = text if len(text) <= longest else text[: longest - 1].rstrip(" ,;") + "…"
    return escape(cut)


def empty() -> Figure:
    """For a chart without data; the page says in words that there are none."""
    return figure([], height=60, xaxis=axis(visible=False), yaxis=axis(visible=False))
