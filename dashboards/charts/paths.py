"""Readings over time: the path of a target, the series of an indicator."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import escape
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
    year_axis,
)
from dashboards.pages.indicators import DrawnSeries
from dashboards.pages.target import Path, PathPoint
from dashboards.text import figures


def target_path(path: Path) -> Figure:
    """Will it reach the target? Required path, readings, the goal, and where the trend leads."""
    traces = [_required(path), *_projection(path), *_measured(path.readings, DONE)]
    last = path.readings[-1]
    first = min([point.day for point in (*path.required, *path.readings)])
    notes = [
        note(
            _value(last.value),
            last.day.isoformat(),
            _number(last.value),
            DONE,
            strong=True,
            xshift=8,
            yshift=-12 if _rises(path) else 12,
        ),
    ]
    shapes: list[dict[str, Any]] = []
    if path.goal is not None:
        goal_note, goal_shape = _goal(path)
        notes.append(goal_note)
        shapes.append(goal_shape)
    if path.projected is not None:
        notes.append(_projection_note(path, path.projected))
    value_axis = axis(nticks=6, tickformat=",.2~f", title=_title(path.unit))
    value_axis["range"] = _value_range(path)
    return figure(
        [trace for trace in traces if trace["x"]],
        height=320,
        margin={"l": 48, "r": 16, "t": 26, "b": 30},
        xaxis=year_axis(first, max(path.horizon, last.day)),
        yaxis=value_axis,
        shapes=shapes,
        annotations=notes,
    )


def _title(text: str) -> dict[str, Any]:
    return {"text": escape(text), "font": {"size": 12, "color": SOFT}, "standoff": 6}


def _value_range(path: Path) -> list[float]:
    """Everything drawn and a little room; turned upside down for ranks."""
    ends = [path.goal, path.goal_far, path.projected]
    drawn = [point.value for point in (*path.required, *path.readings)]
    values = [_number(value) for value in (*drawn, *ends) if value is not None]
    room = (max(values) - min(values)) * 0.12 or 1
    span = [min(values) - room, max(values) + room]
    return span[::-1] if path.is_rank else span


def _rises(path: Path) -> bool:
    """Whether the dashed line goes up on the screen."""
    if path.projected is None:
        return False
    return (path.projected > path.readings[-1].value) is not path.is_rank


def _projection_note(path: Path, projected: Decimal) -> dict[str, Any]:
    """On the side of the dashed line where its earlier part is not."""
    rises = _rises(path)
    words = f"{_('Projection')} {_value(projected)}"
    return note(
        words,
        path.horizon.isoformat(),
        _number(projected),
        SOFT,
        xanchor="right",
        yanchor="bottom" if rises else "top",
        yshift=4 if rises else -4,
    )


def _required(path: Path) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _("Required path"),
        "x": [point.day.isoformat() for point in path.required],
        "y": [_number(point.value) for point in path.required],
        "line": {"color": SOFT, "width": 1.2},
        "hovertemplate": _("Required path") + " %{x|%Y}: %{y:,.2~f}<extra></extra>",
    }


def _projection(path: Path) -> list[dict[str, Any]]:
    if path.projected is None:
        return []
    last = path.readings[-1]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": _("Projection"),
            "x": [last.day.isoformat(), path.horizon.isoformat()],
            "y": [_number(last.value), _number(path.projected)],
            "line": {"color": DONE, "width": 1.5, "dash": "dash"},
            "hovertemplate": _("Projection") + " %{x|%Y}: %{y:,.2~f}<extra></extra>",
        }
    ]


def _measured(points: Sequence[PathPoint], colour: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": _("Readings"),
            "x": [point.day.isoformat() for point in points],
            "y": [_number(point.value) for point in points],
            "customdata": [escape(point.label) for point in points],
            "line": {"color": colour, "width": 1.5},
            "marker": {
                "size": 8,
                "color": ["#ffffff" if point.is_provisional else colour for point in points],
                "line": {"color": colour, "width": 1.8},
            },
            "hovertemplate": "%{customdata}: %{y:,.4~f}<extra></extra>",
        }
    ]


def _goal(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line, or a band between two bounds, across the chart; its words at the left end."""
    low = _number(path.goal or Decimal(0))
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


def indicator_series(series: Sequence[DrawnSeries], unit: str, *, is_rank: bool) -> Figure:
    """One line for each base and length of period: they are never joined."""
    if not series:
        return empty()
    colours = [DONE, "#7a4a9c", SOFT, GOOD]
    traces, notes = [], []
    for index, item in enumerate(series):
        colour = colours[index % len(colours)]
        points = [PathPoint(p.day, p.value, p.label, p.is_provisional) for p in item.points]
        traces += _measured(points, colour)
        last = points[-1]
        base = " " + _("(of %(base)s provinces)") % {"base": item.base} if item.base else ""
        notes.append(
            note(
                f"{_value(last.value)}{base}",
                last.day.isoformat(),
                _number(last.value),
                colour,
                strong=True,
                xshift=8,
            )
        )
    value_axis = axis(nticks=6, tickformat=",.4~f", title=_title(unit))
    if is_rank:
        value_axis["autorange"] = "reversed"
    return figure(
        traces,
        height=300,
        margin={"l": 48, "r": 120, "t": 12, "b": 30},
        xaxis=year_axis(*_ends(series)),
        yaxis=value_axis,
        annotations=notes,
    )


def _ends(series: Sequence[DrawnSeries]) -> tuple[date, date]:
    days = [point.day for item in series for point in item.points]
    return min(days), max(days)


def _number(value: Decimal) -> float:
    """For drawing only; the tables print the exact figures."""
    return float(value)


def _value(value: Decimal) -> str:
    return figures.number(value)
