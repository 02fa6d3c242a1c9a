"""Figures for the charts: values in, a Plotly figure as plain dicts out.

Plotly's Python package is not loaded here; the tests check every figure with it. Thin lines,
direct labels instead of legends, provisional readings hollow, projections dashed.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from dashboards import figures
from dashboards.selectors.indicators import Series
from dashboards.selectors.series import Step
from dashboards.selectors.target import Path, PathPoint
from tasks.figures import Counts

Figure = dict[str, Any]

INK, SOFT, LINE = "#1d2126", "#565e68", "#d9dde2"
DONE, GOOD, BAD = "#1b5e9e", "#00755f", "#c03d0b"
DONE_SOFT, GOOD_SOFT = "rgba(27,94,158,0.13)", "#8cc9b8"
_FONT = "'Source Sans 3', 'Segoe UI', 'Noto Sans', Arial, sans-serif"
_LABEL_LENGTH = 34
_ROW_HEIGHT = 30


def _figure(traces: list[dict[str, Any]], **layout: Any) -> Figure:
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


def _axis(**more: Any) -> dict[str, Any]:
    plain = {
        "fixedrange": True, "zeroline": False, "gridcolor": "#eceef1", "linecolor": LINE,
        "tickfont": {"color": SOFT, "size": 12}, "automargin": True,
    }  # fmt: skip
    return {**plain, **more}


def _time_axis(**more: Any) -> dict[str, Any]:
    return _axis(type="date", showgrid=False, showline=True, hoverformat="%d/%m/%Y", **more)


def _note(text: str, x: Any, y: Any, colour: str, **more: Any) -> dict[str, Any]:
    plain = {
        "text": text, "x": x, "y": y, "showarrow": False, "font": {"color": colour, "size": 12.5},
        "xanchor": "left", "align": "left",
    }  # fmt: skip
    return {**plain, **more}


def _short(text: str, longest: int = _LABEL_LENGTH) -> str:
    """Plotly reads markup in labels, so what came from outside is escaped."""
    cut = text if len(text) <= longest else text[: longest - 1].rstrip(" ,;") + "…"
    return escape(cut)


def empty() -> Figure:
    """Nothing to draw yet: the page says so in words."""
    return _figure([], height=60, xaxis=_axis(visible=False), yaxis=_axis(visible=False))


# Completion -----------------------------------------------------------------------------------


def completion_over_time(steps: Sequence[Step]) -> Figure:
    """Do we finish as fast as deadlines fall? Two step lines, the gap between them filled."""
    days = [step.day.isoformat() for step in steps]
    due, completed = [step.due for step in steps], [step.completed for step in steps]
    line = {"mode": "lines", "type": "scatter", "x": days}
    date_and_value = "%{x|%d/%m/%Y}: %{y}<extra></extra>"
    traces: list[dict[str, Any]] = [
        {**line, "y": due, "line": {"shape": "hv", "width": 1.5, "color": SOFT},
         "name": _("Fallen due"), "hovertemplate": _("Fallen due") + " " + date_and_value},
        {**line, "y": completed, "line": {"shape": "hv", "width": 2.5, "color": DONE},
         "fill": "tonexty", "fillcolor": DONE_SOFT,
         "name": _("Completed"), "hovertemplate": _("Completed") + " " + date_and_value},
    ]  # fmt: skip
    notes = []
    if steps:
        last = steps[-1]
        apart = _apart(last.completed, last.due, max([*due, *completed, 1]))
        notes = [
            _note(f"{_('Completed')} <b>{last.completed}</b>", days[-1], last.completed, DONE,
                  xshift=6, yshift=apart),
            _note(f"{_('Fallen due')} {last.due}", days[-1], last.due, SOFT,
                  xshift=6, yshift=-apart),
        ]  # fmt: skip
    return _figure(
        traces,
        height=250,
        margin={"l": 34, "r": 118, "t": 10, "b": 30},
        xaxis=_time_axis(tickformat="%m/%Y", nticks=8),
        yaxis=_axis(rangemode="tozero", nticks=5, tickformat=",d"),
        annotations=notes,
    )


def _apart(upper: int, lower: int, highest: int) -> int:
    """Pixels by which two labels at the end of lines step aside when they would meet."""
    if abs(upper - lower) / highest > 0.08:  # noqa: PLR2004 - a line of text in a chart this high
        return 0
    return 9 if upper >= lower else -9


def completion_by_group(parts: Iterable[tuple[str, Counts]]) -> Figure:
    """What is done and what is left in each group, in the document's order."""
    rows = list(parts)
    labels = [_short(name) for name, _counts in rows]
    fold = [counts.fold for _name, counts in rows]
    traces = [
        _bar(labels, [f.completed for f in fold], DONE, _("Completed"), "#ffffff"),
        _bar(labels, [f.on_schedule for f in fold], GOOD_SOFT, _("On schedule"), INK),
        _bar(labels, [f.overdue for f in fold], BAD, _("Overdue"), "#ffffff"),
    ]
    return _bars(traces, len(rows), barmode="stack", keys=_keys())


def completion_by_agency(parts: Iterable[tuple[str, Counts]]) -> Figure:
    """Whose are late? Overdue left of zero, most overdue on top."""
    rows = sorted(parts, key=lambda part: (-part[1].overdue, -part[1].total))
    labels = [_short(name) for name, _counts in rows]
    fold = [counts.fold for _name, counts in rows]
    traces = [
        _bar(labels, [-f.overdue for f in fold], BAD, _("Overdue"), "#ffffff"),
        _bar(labels, [f.completed for f in fold], DONE, _("Completed"), "#ffffff"),
        _bar(labels, [f.on_schedule for f in fold], GOOD_SOFT, _("On schedule"), INK),
    ]
    figure = _bars(traces, len(rows), barmode="relative", keys=_keys())
    figure["layout"]["xaxis"] |= {"zeroline": True, "zerolinecolor": INK, "zerolinewidth": 1}
    return figure


def _keys() -> list[tuple[str, str]]:
    return [(_("Overdue"), BAD), (_("Completed"), DONE), (_("On schedule"), GOOD)]


def _bar(
    labels: list[str], counts: list[int], colour: str, name: str, text_colour: str
) -> dict[str, Any]:
    shown = [str(abs(count)) if count else "" for count in counts]
    return {
        "type": "bar", "orientation": "h", "y": labels, "x": counts, "name": name,
        "marker": {"color": colour}, "text": shown, "textposition": "inside",
        "insidetextanchor": "middle", "textangle": 0, "constraintext": "none",
        "textfont": {"color": text_colour, "size": 12}, "customdata": [abs(c) for c in counts],
        "hovertemplate": "%{y}<br>" + name + ": %{customdata}<extra></extra>",
    }  # fmt: skip


def _bars(
    traces: list[dict[str, Any]], rows: int, *, barmode: str, keys: list[tuple[str, str]]
) -> Figure:
    key = "   ".join(f'<span style="color:{colour}">■</span> {word}' for word, colour in keys)
    return _figure(
        traces,
        barmode=barmode,
        bargap=0.32,
        height=_ROW_HEIGHT * rows + 44,
        margin={"l": 10, "r": 8, "t": 28, "b": 8},
        xaxis=_axis(showticklabels=False, showgrid=False),
        yaxis=_axis(autorange="reversed", ticksuffix="  ", tickfont={"color": INK, "size": 12.5}),
        annotations=[
            _note(key, 0, 1, SOFT, xref="paper", yref="paper", yanchor="bottom", yshift=4)
        ],
    )


# Targets and indicators -----------------------------------------------------------------------


def target_path(path: Path) -> Figure:
    """Will it reach the target? Required path, readings, the goal, and where the trend leads."""
    traces = [_required(path), *_projection(path), *_measured(path.readings, DONE)]
    last = path.readings[-1]
    first = min([point.day for point in (*path.required, *path.readings)])
    notes = [
        _note(f"<b>{_value(last.value)}</b>", last.day.isoformat(), _number(last.value), DONE,
              xanchor="right" if last.day > path.horizon else "left", xshift=8, yshift=10),
    ]  # fmt: skip
    shapes: list[dict[str, Any]] = []
    if path.goal is not None:
        goal_note, goal_shape = _goal(path)
        notes.append(goal_note)
        shapes.append(goal_shape)
    if path.projected is not None:
        words = f"{_('Projection')} {_value(path.projected)}"
        notes.append(_note(words, path.horizon.isoformat(), _number(path.projected), SOFT,
                           xanchor="right", yshift=-11))  # fmt: skip
    value_axis = _axis(nticks=6, tickformat=",.2~f", title=_title(path.unit))
    if path.is_rank:
        value_axis["autorange"] = "reversed"
    return _figure(
        [trace for trace in traces if trace["x"]],
        height=320,
        margin={"l": 48, "r": 16, "t": 26, "b": 30},
        xaxis=_time_axis(tickformat="%Y", range=_time_range(first, max(path.horizon, last.day))),
        yaxis=value_axis,
        shapes=shapes,
        annotations=notes,
    )


def _title(text: str) -> dict[str, Any]:
    return {"text": escape(text), "font": {"size": 12, "color": SOFT}, "standoff": 6}


def _time_range(first: date, last: date) -> list[str]:
    """A little room at both ends."""
    margin = (last - first) * 0.04
    return [(first - margin).isoformat(), (last + margin).isoformat()]


def _required(path: Path) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "name": _("Required path"),
        "x": [point.day.isoformat() for point in path.required],
        "y": [_number(point.value) for point in path.required],
        "line": {"color": SOFT, "width": 1.2},
        "hovertemplate": _("Required path") + " %{x|%Y}: %{y:,.2~f}<extra></extra>",
    }  # fmt: skip


def _projection(path: Path) -> list[dict[str, Any]]:
    if path.projected is None:
        return []
    last = path.readings[-1]
    return [
        {
            "type": "scatter", "mode": "lines", "name": _("Projection"),
            "x": [last.day.isoformat(), path.horizon.isoformat()],
            "y": [_number(last.value), _number(path.projected)],
            "line": {"color": DONE, "width": 1.5, "dash": "dash"},
            "hovertemplate": _("Projection") + " %{x|%Y}: %{y:,.2~f}<extra></extra>",
        }
    ]  # fmt: skip


def _measured(points: Sequence[PathPoint], colour: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter", "mode": "lines+markers", "name": _("Readings"),
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
    ]  # fmt: skip


def _goal(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line, or a band between two bounds, across the chart; its words at the left end."""
    low = _number(path.goal or Decimal(0))
    high = _number(path.goal_far) if path.goal_far is not None else low
    shape = {
        "type": "rect" if high != low else "line", "xref": "paper", "x0": 0, "x1": 1,
        "y0": low, "y1": high, "layer": "below",
        "line": {"color": GOOD, "width": 0 if high != low else 1.6},
        "fillcolor": "rgba(0,117,95,0.14)",
    }  # fmt: skip
    note = _note(_short(path.goal_words, 60), 0, max(low, high) if not path.is_rank else low, GOOD,
                 xref="paper", yanchor="bottom", yshift=1)  # fmt: skip
    return note, shape


def indicator_series(series: Sequence[Series], unit: str, *, is_rank: bool) -> Figure:
    """One line for each base and length of period: they are never joined."""
    colours = [DONE, "#7a4a9c", SOFT, GOOD]
    traces, notes = [], []
    for index, item in enumerate(series):
        colour = colours[index % len(colours)]
        points = [PathPoint(p.day, p.value, p.label, p.is_provisional) for p in item.points]
        traces += _measured(points, colour)
        last = points[-1]
        base = " " + _("(of %(base)s provinces)") % {"base": item.base} if item.base else ""
        notes.append(_note(f"<b>{_value(last.value)}</b>{base}", last.day.isoformat(),
                           _number(last.value), colour, xshift=8))  # fmt: skip
    value_axis = _axis(nticks=6, tickformat=",.4~f", title=_title(unit))
    if is_rank:
        value_axis["autorange"] = "reversed"
    return _figure(
        traces,
        height=300,
        margin={"l": 48, "r": 120, "t": 12, "b": 30},
        xaxis=_time_axis(tickformat="%Y", dtick="M12"),
        yaxis=value_axis,
        annotations=notes,
    )


def _number(value: Decimal) -> float:
    """For drawing only; the tables print the exact figures."""
    return float(value)


def _value(value: Decimal) -> str:
    return figures.number(value)
