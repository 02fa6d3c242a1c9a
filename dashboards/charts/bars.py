"""Bars of a finding. What is counted stands at the marks; each bar leads to its rows."""

from typing import Any

from dashboards.charts.base import (
    BAD,
    DONE,
    GOOD,
    INK,
    SOFT,
    WARN,
    Figure,
    axis,
    empty,
    figure,
    note,
    short,
)
from dashboards.frame.day import Asked
from dashboards.text import figures
from dashboards.work.finding import BarSeries, Counted, Finding

_COLOURS = {"bad": BAD, "done": DONE, "good": GOOD, "warn": WARN}
_ROW_HEIGHT, _UPRIGHT_HEIGHT = 26, 210
_ROOM = 1.25
"""Of an axis beyond the longest bar, for its number."""


def bars(found: Finding, asked: Asked) -> Figure:
    """Upright for days and weeks; else lying, each series in a column of its own, on one scale."""
    if not found.bars:
        return empty()
    drawn = _FORMS[found.is_upright](found, asked)
    drawn["layout"]["meta"] = {"title": found.title, "question": found.question}
    return drawn


def _columns(found: Finding, asked: Asked) -> Figure:
    longest = max((one.count for bar in found.bars for one in bar.counts), default=1) or 1
    labels = [short(bar.label) for bar in found.bars]
    traces, notes, axes = [], [], {}
    for place, series in enumerate(found.series):
        number = "" if place == 0 else str(place + 1)
        counts = [bar.counts[place] for bar in found.bars]
        lying = {"orientation": "h", "x": [one.count for one in counts], "y": labels}
        trace = {**_marks(series, counts, asked), **lying, "xaxis": f"x{number}"}
        traces.append({**trace, "hovertemplate": "%{y}: %{text}<extra></extra>"})
        first, last = (n / len(found.series) for n in (place, place + 1))
        room = {"domain": [first, last - 0.02], "range": [0, longest * _ROOM]}
        axes[f"xaxis{number}"] = axis(showticklabels=False, showgrid=False, **room)
        head = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 2}
        colour = _COLOURS[series.tone]
        if len(found.series) > 1:
            notes.append(note(series.label, first, 1, colour, strong=True, **head))
    names = {"tickfont": {"color": INK, "size": 12.5}, "ticksuffix": "  "}
    return figure(
        traces,
        bargap=0.3,
        height=_ROW_HEIGHT * len(labels) + 34,
        margin={"l": 10, "r": 6, "t": 24 if notes else 6, "b": 6},
        yaxis=axis(autorange="reversed", showgrid=False, **names),
        annotations=notes,
        **axes,
    )


def _upright(found: Finding, asked: Asked) -> Figure:
    [series] = found.series
    counts = [bar.counts[0] for bar in found.bars]
    longest = max(one.count for one in counts) or 1
    standing = {"x": [bar.label for bar in found.bars], "y": [one.count for one in counts]}
    hover = f"{found.heading} %{{x}}: %{{text}}<extra></extra>"
    return figure(
        [{**_marks(series, counts, asked), **standing, "hovertemplate": hover}],
        bargap=0.3,
        height=_UPRIGHT_HEIGHT,
        margin={"l": 6, "r": 6, "t": 6, "b": 28},
        xaxis=axis(type="category", showgrid=False, tickangle=0),
        yaxis=axis(visible=False, range=[0, longest * _ROOM]),
    )


def _marks(series: BarSeries, counts: list[Counted], asked: Asked) -> dict[str, Any]:
    texts = [one.words for one in counts]
    return {
        "type": "bar",
        "name": series.label,
        "marker": {"color": _COLOURS[series.tone]},
        "text": texts,
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "textfont": {"color": SOFT, "size": 12},
        "customdata": [one.url and asked.carried(one.url) for one in counts],
    }


_FORMS = {True: _upright, False: _columns}


def overdue_left(found: Finding, asked: Asked) -> Figure:
    """The first series lies left of zero, the others right of it; their names stand above them."""
    if not found.bars:
        return empty()
    labels = [short(bar.label) for bar in found.bars]
    traces = []
    for place, series in enumerate(found.series):
        counts = [bar.counts[place] for bar in found.bars]
        sign = 1 if place else -1
        inside = {"textposition": "inside", "insidetextanchor": "middle", "constraintext": "none"}
        white = {"color": "#ffffff", "size": 12}
        trace = {**_marks(series, counts, asked), **inside, "textfont": white, "orientation": "h"}
        trace |= {"x": [sign * one.count for one in counts], "y": labels}
        trace["text"] = [figures.number(one.count) if one.count else "" for one in counts]
        trace["hovertemplate"] = f"%{{y}}<br>{series.label}: %{{text}}<extra></extra>"
        traces.append(trace)
    above = {"yref": "paper", "yanchor": "bottom", "yshift": 2}
    places: list[dict[str, Any]] = [
        {"x": 0, "xanchor": "right", "xshift": -4},
        {"x": 0, "xanchor": "left", "xshift": 4},
        {"x": 1, "xanchor": "right", "xref": "paper"},
    ]
    notes = []
    for series, at in zip(found.series, places, strict=True):
        plain = note(series.label, at["x"], 1, _COLOURS[series.tone], strong=True, **above)
        notes.append({**plain, **at})
    return figure(
        traces,
        barmode="relative",
        bargap=0.3,
        height=_ROW_HEIGHT * len(labels) + 34,
        margin={"l": 10, "r": 8, "t": 24, "b": 6},
        xaxis=axis(
            showticklabels=False, showgrid=False, zeroline=True, zerolinecolor=INK, zerolinewidth=1
        ),
        yaxis=axis(autorange="reversed", ticksuffix="  ", tickfont={"color": INK, "size": 12.5}),
        annotations=notes,
        meta={"title": found.title, "question": found.question},
    )
