"""How much is done: over time, by group, by agency."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from dashboards.charts.base import (
    BAD,
    BAD_SOFT,
    DONE,
    DONE_SOFT,
    GOOD,
    INK,
    LINE,
    SOFT,
    Figure,
    axis,
    figure,
    note,
    short,
    spread,
    time_axis,
    whole_axis,
)
from dashboards.frame.day import Asked
from dashboards.sums.series import SeriesStep
from dashboards.text import figures
from dashboards.work.finding import rows_url
from dashboards.work.outlook import keeping_up
from tasks.completion.counts import Counts
from tasks.completion.forecast import Expectation

_ROW_HEIGHT = 30
# A line of text as a part of the chart over time, which is 280 px high.
_TEXT_HEIGHT = 0.08


def completion_over_time(
    steps: Sequence[SeriesStep],
    outlook: Sequence[Expectation] = (),
    rows: Mapping[str, str] = MappingProxyType({}),
) -> Figure:
    """Does the work keep up? Completed and fallen due upward, open overdue work downward; ahead of
    the last day the band in which completed work is expected. ``rows``: what the list is asked with
    that each point leads to."""
    days = [step.day.isoformat() for step in steps]
    due, completed = [step.due for step in steps], [step.completed for step in steps]
    overdue = [-step.overdue for step in steps]
    line = {"mode": "lines", "type": "scatter", "x": days}
    value = ": %{y:,d}<extra></extra>"
    traces: list[dict[str, Any]] = [
        {
            **line,
            "y": due,
            "line": {"shape": "hv", "width": 1.5, "color": SOFT},
            "name": _("Fallen due"),
            "customdata": _leading(steps, rows, "countable"),
            "hovertemplate": _("Fallen due") + value,
        },
        {
            **line,
            "y": completed,
            "line": {"shape": "hv", "width": 2.5, "color": DONE},
            "fill": "tonexty",
            "fillcolor": DONE_SOFT,
            "name": _("Completed"),
            "customdata": _leading(steps, rows, "completed"),
            "hovertemplate": _("Completed") + value,
        },
        {
            **line,
            "y": overdue,
            "line": {"shape": "hv", "width": 1.5, "color": BAD},
            "fill": "tozeroy",
            "fillcolor": BAD_SOFT,
            "name": _("Overdue"),
            "text": [figures.number(step.overdue) for step in steps],
            "customdata": _leading(steps, rows, "overdue"),
            "hovertemplate": _("Overdue") + ": %{text}<extra></extra>",
        },
    ]
    end = days[-1] if days else ""
    labels = []
    if steps:
        last = steps[-1]
        labels = [
            (_("Completed"), figures.number(last.completed), last.completed, DONE),
            (_("Fallen due"), figures.number(last.due), last.due, SOFT),
        ]
        if last.overdue:
            labels.append((_("Overdue"), figures.number(last.overdue), -last.overdue, BAD))
    if steps and outlook:
        goal, end = outlook[-1], outlook[-1].day.isoformat()
        traces += _band(steps[-1], outlook)
        band = f"{figures.number(goal.low)}–{figures.number(goal.high)}"
        labels.append((_("Forecast"), band, goal.high, DONE))
    least, most = min([*overdue, 0]), max([*due, *completed, *(one.high for one in outlook), 0])
    heights = spread([value for *_words, value, _colour in labels], _TEXT_HEIGHT * (most - least))
    notes = [
        note(f"{word} {figure_}", end, height, colour, strong=colour in {DONE, BAD}, xshift=6)
        for (word, figure_, _value, colour), height in zip(labels, heights, strict=True)
    ]
    scale = whole_axis(least, most)
    # What is drawn downward is read without a sign.
    ticks = range(-20 * scale["dtick"], 20 * scale["dtick"], scale["dtick"])
    words = [figures.number(abs(tick)) for tick in ticks]
    return figure(
        traces,
        height=280,
        hovermode="x unified",
        margin={"l": 34, "r": 118, "t": 10, "b": 30},
        xaxis=time_axis(tickformat="%m/%Y", nticks=8, range=[days[0], end] if days else None),
        yaxis={**scale, "tickvals": list(ticks), "ticktext": words, "zerolinecolor": LINE},
        annotations=notes,
        meta={"title": keeping_up(steps)},
    )


def _leading(steps: Iterable[SeriesStep], rows: Mapping[str, str], counted: str) -> list[str]:
    """The address of the rows of each step, on its day; "countable" are those fallen due by it."""
    urls = []
    for step in steps:
        asked = {**rows, "counted": counted}
        if counted == "countable":
            asked["due_to"] = step.due_to.isoformat()
        urls.append(Asked(step.day, step.day - timedelta(days=7)).carried(rows_url(**asked)))
    return urls


def _band(last: SeriesStep, outlook: Sequence[Expectation]) -> list[dict[str, Any]]:
    """From what is completed to the forecast: lower edge, upper edge with the band, median."""
    plain = {
        "type": "scatter",
        "mode": "lines",
        "x": [day.isoformat() for day in (last.day, *(one.day for one in outlook))],
    }
    edge = {**plain, "line": {"width": 0}, "hoverinfo": "skip"}
    low, middle, high = (
        [last.completed, *(getattr(one, name) for one in outlook)]
        for name in ("low", "middle", "high")
    )
    return [
        {**edge, "y": low},
        {**edge, "y": high, "fill": "tonexty", "fillcolor": DONE_SOFT},
        {
            **plain,
            "y": middle,
            "line": {"color": DONE, "width": 1.5, "dash": "dash"},
            "name": _("Forecast"),
            "hovertemplate": _("Forecast") + ": %{y:,d}<extra></extra>",
        },
    ]


def completion_by_group(parts: Iterable[tuple[str, Counts, str]]) -> Figure:
    """What is done and what is left in each group, in the document's order; with the address of its
    rows. The words stand above the bars in their colours."""
    rows = list(parts)
    labels = [short(name) for name, _counts, _url in rows]
    title = _("Everything is completed.")
    name, most, _url = max(rows, key=lambda row: _left(row[1]), default=("", Counts(), ""))
    if _left(most):
        words = {"name": name, "n": figures.number(_left(most))}
        title = _("Most is left in %(name)s: %(n)s") % words
    traces: list[dict[str, Any]] = []
    for counted, colour, name in (
        ("completed", DONE, _("Completed")),
        ("on_schedule", GOOD, _("On schedule")),
        ("overdue", BAD, _("Overdue")),
    ):
        counts = [getattr(one.fold, counted) for _name, one, _url in rows]
        bar = {
            "type": "bar",
            "orientation": "h",
            "y": labels,
            "x": counts,
            "name": name,
            "marker": {"color": colour},
            "text": [figures.number(count) if count else "" for count in counts],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "constraintext": "none",
            "textfont": {"color": "#ffffff", "size": 12},
            "customdata": [f"{url}&counted={counted}" for *_, url in rows],
            "hovertemplate": "%{y}<br>" + name + ": %{text}<extra></extra>",
        }
        traces.append(bar)
    above = {"xref": "paper", "yref": "paper", "yanchor": "bottom", "yshift": 4}
    notes = [
        note(trace["name"], at, 1, trace["marker"]["color"], strong=True, xanchor=anchor, **above)
        for trace, at, anchor in zip(traces, (0, 0.5, 1), ("left", "center", "right"), strict=True)
    ]
    return figure(
        traces,
        barmode="stack",
        bargap=0.32,
        height=_ROW_HEIGHT * len(labels) + 44,
        margin={"l": 10, "r": 8, "t": 28, "b": 8},
        xaxis=axis(showticklabels=False, showgrid=False),
        yaxis=axis(autorange="reversed", ticksuffix="  ", tickfont={"color": INK, "size": 12.5}),
        annotations=notes,
        meta={"title": title},
    )


def _left(counts: Counts) -> int:
    """Still to be done."""
    return counts.fold.on_schedule + counts.fold.overdue
