"""Readings over time: the path of a target, the series of an indicator."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import escape
from itertools import cycle
from typing import Any

from django.utils.translation import gettext as _

from dashboards.charts.base import (
    DONE,
    GOOD,
    SOFT,
    Figure,
    axis,
    empty,
    figure,
    note,
    short,
    whole_axis,
    year_axis,
)
from dashboards.pages.indicators import DrawnSeries, SeriesPoint
from dashboards.pages.target import Path, PathPoint
from dashboards.text import figures


def target_path(path: Path, rows: str) -> Figure:
    """Will it reach the target? Required path, readings, the goal, and where the trend leads."""
    last = path.readings[-1]
    required = [(point.day, point.value) for point in path.required]
    traces = [_line(_("Required path"), required, {"color": SOFT, "width": 1.2})]
    # Whether the dashed line goes up on the screen. Neither label may stand on it: that of the last
    # reading is then below, that of the projection above.
    rises = False
    if path.projected is not None:
        rises = (path.projected > last.value) is not path.is_rank
        ends = [(last.day, last.value), (path.horizon, path.projected)]
        dashed = {"color": DONE, "width": 1.5, "dash": "dash"}
        traces.append(_line(_("Projection"), ends, dashed))
    traces.append(_measured(path.readings, DONE, rows))
    notes = [_last_value(last, DONE, yshift=-12 if rises else 12)]
    shapes: list[dict[str, Any]] = []
    if path.goal is not None:
        goal_note, goal_shape = _goal(path, path.goal)
        notes.append(goal_note)
        shapes.append(goal_shape)
    if path.projected is not None:
        notes.append(
            note(
                f"{_('Projection')} {figures.number(path.projected)}",
                path.horizon.isoformat(),
                _number(path.projected),
                SOFT,
                xanchor="right",
                yanchor="bottom" if rises else "top",
                yshift=4 if rises else -4,
            )
        )
    first = min(point.day for point in (*path.required, *path.readings))
    return figure(
        [trace for trace in traces if trace["x"]],
        height=320,
        margin={"l": 48, "r": 16, "t": 26, "b": 30},
        xaxis=year_axis(first, max(path.horizon, last.day)),
        yaxis=_value_axis(path),
        shapes=shapes,
        annotations=notes,
    )


def _title(text: str) -> dict[str, Any]:
    return {"text": escape(text), "font": {"size": 12, "color": SOFT}, "standoff": 6}


def _value_axis(path: Path) -> dict[str, Any]:
    span = _value_range(path)
    more = {"title": _title(path.unit), "range": span}
    if path.is_rank:
        return whole_axis(min(span), max(span), **more)
    return axis(nticks=6, tickformat=",.2~f", **more)


def _value_range(path: Path) -> list[float]:
    """Everything drawn and a little room; upside down for ranks."""
    ends = [path.goal, path.goal_far, path.projected]
    drawn = [point.value for point in (*path.required, *path.readings)]
    values = [_number(value) for value in (*drawn, *ends) if value is not None]
    room = (max(values) - min(values)) * 0.12 or 1
    span = [min(values) - room, max(values) + room]
    return span[::-1] if path.is_rank else span


def _line(name: str, points: list[tuple[date, Decimal]], style: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [day.isoformat() for day, _value in points],
        "y": [_number(value) for _day, value in points],
        "line": style,
        "hovertemplate": name + " %{x|%Y}: %{y:,.2~f}<extra></extra>",
    }


def _measured(points: Sequence[PathPoint | SeriesPoint], colour: str, rows: str) -> dict[str, Any]:
    """``rows``: the address of the readings, to which each point leads."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _("Readings"),
        "x": [point.day.isoformat() for point in points],
        "y": [_number(point.value) for point in points],
        "text": [escape(point.label) for point in points],
        "customdata": [rows for _point in points],
        "line": {"color": colour, "width": 1.5},
        "marker": {
            "size": 8,
            "color": ["#ffffff" if point.is_provisional else colour for point in points],
            "line": {"color": colour, "width": 1.8},
        },
        "hovertemplate": "%{text}: %{y:,.4~f}<extra></extra>",
    }


def _last_value(
    point: PathPoint | SeriesPoint, colour: str, more: str = "", **layout: Any
) -> dict[str, Any]:
    return note(
        figures.number(point.value) + more,
        point.day.isoformat(),
        _number(point.value),
        colour,
        strong=True,
        xshift=8,
        **layout,
    )


def _goal(path: Path, goal: Decimal) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line, or a band between two bounds, across the chart; its words at the left end."""
    low = _number(goal)
    high = _number(path.goal_far) if path.goal_far is not None else low
    shape = {
        "type": "rect" if high != low else "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": low,
        "y1": high,
        "layer": "below",
        "line": {"color": GOOD, "width": 0 if high != low else 1.6},
        "fillcolor": "rgba(0,117,95,0.14)",
    }
    words = note(
        short(path.goal_words, 60),
        0,
        max(low, high) if not path.is_rank else low,
        GOOD,
        xref="paper",
        yanchor="bottom",
        yshift=1,
    )
    return words, shape


def indicator_series(
    series: Sequence[DrawnSeries], unit: str, rows: str, *, is_rank: bool
) -> Figure:
    """One line for each base and length of period: they are never joined."""
    if not series:
        return empty()
    colours = [DONE, "#7a4a9c", SOFT, GOOD]
    traces, notes = [], []
    for item, colour in zip(series, cycle(colours), strict=False):
        base = " " + _("(of %(base)s provinces)") % {"base": item.base} if item.base else ""
        traces.append(_measured(item.points, colour, rows))
        notes.append(_last_value(item.points[-1], colour, base))
    value_axis = axis(nticks=6, tickformat=",.4~f", title=_title(unit))
    if is_rank:
        ranks = [_number(point.value) for item in series for point in item.points]
        value_axis = whole_axis(min(ranks), max(ranks), title=_title(unit), autorange="reversed")
    days = [point.day for item in series for point in item.points]
    return figure(
        traces,
        height=300,
        margin={"l": 48, "r": 120, "t": 12, "b": 30},
        xaxis=year_axis(min(days), max(days)),
        yaxis=value_axis,
        annotations=notes,
    )


def _number(value: Decimal) -> float:
    """For drawing only; the tables print the exact figures."""
    return float(value)
