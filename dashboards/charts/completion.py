"""How much is done: over time, by group, by agency."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dashboards.charts.base import (
    BAD,
    BAD_SOFT,
    DONE,
    DONE_SOFT,
    GOOD_SOFT,
    INK,
    LINE,
    SOFT,
    Figure,
    axis,
    figure,
    note,
    short,
    time_axis,
    whole_axis,
)
from dashboards.sums.series import SeriesStep
from dashboards.text import figures
from tasks.completion.counts import Counts

_ROW_HEIGHT = 30
# Pixels. Words are set side by side without measuring them.
_LETTER_WIDTH, _KEY_GAP = 7, 26
# A line of text as a part of the chart over time, which is 330 px high.
_TEXT_HEIGHT = 0.08


def completion_over_time(steps: Sequence[SeriesStep]) -> Figure:
    """Does the work keep up? Completed and fallen due upward, open overdue work downward."""
    days = [step.day.isoformat() for step in steps]
    due, completed = [step.due for step in steps], [step.completed for step in steps]
    overdue = [-step.overdue for step in steps]
    line = {"mode": "lines", "type": "scatter", "x": days}
    date_and_value = "%{x|%d/%m/%Y}: %{y:,d}<extra></extra>"
    traces: list[dict[str, Any]] = [
        {
            **line,
            "y": due,
            "line": {"shape": "hv", "width": 1.5, "color": SOFT},
            "name": _("Fallen due"),
            "hovertemplate": _("Fallen due") + " " + date_and_value,
        },
        {
            **line,
            "y": completed,
            "line": {"shape": "hv", "width": 2.5, "color": DONE},
            "fill": "tonexty",
            "fillcolor": DONE_SOFT,
            "name": _("Completed"),
            "hovertemplate": _("Completed") + " " + date_and_value,
        },
        {
            **line,
            "y": overdue,
            "line": {"shape": "hv", "width": 1.5, "color": BAD},
            "fill": "tozeroy",
            "fillcolor": BAD_SOFT,
            "name": _("Overdue"),
            "customdata": [figures.number(step.overdue) for step in steps],
            "hovertemplate": _("Overdue") + " %{x|%d/%m/%Y}: %{customdata}<extra></extra>",
        },
    ]
    notes = []
    if steps:
        last = steps[-1]
        # Pixels by which the labels at the ends of the lines step aside where they would meet.
        apart = 0
        if abs(last.completed - last.due) / max([*due, *completed, 1]) <= _TEXT_HEIGHT:
            apart = 9 if last.completed >= last.due else -9
        notes = [
            note(
                f"{_('Completed')} {figures.number(last.completed)}",
                days[-1],
                last.completed,
                DONE,
                strong=True,
                xshift=6,
                yshift=apart,
            ),
            note(
                f"{_('Fallen due')} {figures.number(last.due)}",
                days[-1],
                last.due,
                SOFT,
                xshift=6,
                yshift=-apart,
            ),
        ]
        if last.overdue:
            words = f"{_('Overdue')} {figures.number(last.overdue)}"
            notes.append(note(words, days[-1], -last.overdue, BAD, strong=True, xshift=6))
    return figure(
        traces,
        height=330,
        margin={"l": 34, "r": 118, "t": 10, "b": 30},
        xaxis=time_axis(tickformat="%m/%Y", nticks=8, range=[days[0], days[-1]] if days else None),
        yaxis=_unsigned(whole_axis(min([*overdue, 0]), max([*due, *completed, 0]))),
        annotations=notes,
    )


def _unsigned(plain: dict[str, Any]) -> dict[str, Any]:
    """What is drawn downward is read without a sign."""
    ticks = range(-20 * plain["dtick"], 20 * plain["dtick"], plain["dtick"])
    words = [figures.number(abs(tick)) for tick in ticks]
    return {**plain, "tickvals": list(ticks), "ticktext": words, "zerolinecolor": LINE}


def completion_by_group(parts: Iterable[tuple[str, Counts]]) -> Figure:
    """What is done and what is left in each group, in the document's order."""
    rows = list(parts)
    labels = [short(name) for name, _counts in rows]
    fold = [counts.fold for _name, counts in rows]
    traces = [
        _bar(labels, [f.completed for f in fold], DONE, _("Completed"), "#ffffff"),
        _bar(labels, [f.on_schedule for f in fold], GOOD_SOFT, _("On schedule"), INK),
        _bar(labels, [f.overdue for f in fold], BAD, _("Overdue"), "#ffffff"),
    ]
    return _bars(traces, barmode="stack")


def completion_by_agency(parts: Iterable[tuple[str, Counts]]) -> Figure:
    """Which agency is late? Overdue left of zero, most overdue on top."""
    rows = sorted(parts, key=lambda part: (-part[1].overdue, -part[1].total))
    labels = [short(name) for name, _counts in rows]
    fold = [counts.fold for _name, counts in rows]
    traces = [
        _bar(labels, [-f.overdue for f in fold], BAD, _("Overdue"), "#ffffff"),
        _bar(labels, [f.completed for f in fold], DONE, _("Completed"), "#ffffff"),
        _bar(labels, [f.on_schedule for f in fold], GOOD_SOFT, _("On schedule"), INK),
    ]
    chart = _bars(traces, barmode="relative")
    chart["layout"]["xaxis"] |= {"zeroline": True, "zerolinecolor": INK, "zerolinewidth": 1}
    return chart


def _bar(
    labels: list[str], counts: list[int], colour: str, name: str, text_colour: str
) -> dict[str, Any]:
    shown = [figures.number(abs(count)) if count else "" for count in counts]
    return {
        "type": "bar",
        "orientation": "h",
        "y": labels,
        "x": counts,
        "name": name,
        "marker": {"color": colour},
        "text": shown,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"color": text_colour, "size": 12},
        "customdata": [figures.number(abs(c)) for c in counts],
        "hovertemplate": "%{y}<br>" + name + ": %{customdata}<extra></extra>",
    }


def _bars(traces: list[dict[str, Any]], *, barmode: str) -> Figure:
    """The key stands above the bars' right end: each word after a square of its bars' colour."""
    notes, shift = [], 0
    for trace in reversed(traces):
        word, colour = trace["name"], trace["marker"]["color"]
        width = _LETTER_WIDTH * len(word)
        for text, ink, aside in (("■", colour, shift + width), (word, INK, shift)):
            notes.append(
                note(
                    text,
                    1,
                    1,
                    ink,
                    xref="paper",
                    yref="paper",
                    yanchor="bottom",
                    xanchor="right",
                    xshift=-aside,
                    yshift=4,
                )
            )
        shift += width + _KEY_GAP
    return figure(
        traces,
        barmode=barmode,
        bargap=0.32,
        height=_ROW_HEIGHT * len(traces[0]["y"]) + 44,
        margin={"l": 10, "r": 8, "t": 28, "b": 8},
        xaxis=axis(showticklabels=False, showgrid=False),
        yaxis=axis(autorange="reversed", ticksuffix="  ", tickfont={"color": INK, "size": 12.5}),
        annotations=notes,
    )
