"""How far behind, and who moved: points joined by lines."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dashboards.charts.base import (
    BAD,
    GOOD,
    INK,
    LINE,
    SOFT,
    Figure,
    axis,
    empty,
    figure,
    note,
    short,
    whole_axis,
)
from dashboards.frame.day import Asked
from dashboards.pages.targets import TargetLine, lag_question, lag_title, lagging
from dashboards.text import figures
from dashboards.work.ranks import Ranks, province_url

_ROW_HEIGHT = 30
_RANK_HEIGHT = 15
_LAG_SHOWN = 12
_CLOSE = 35
"""Percent within which the two words would meet."""


def targets_lag(lines: Sequence[TargetLine], asked: Asked) -> Figure:
    """The share of the way that is achieved against the share of time that is gone."""
    drawn = lagging(lines)[:_LAG_SHOWN]
    if not drawn:
        return empty()
    names = [short(f"{line.name} ({line.horizon})", 64) for line in drawn]
    way, time = [line.achieved_at - 10 for line in drawn], [line.elapsed_share for line in drawn]
    urls = [asked.carried(line.url) for line in drawn]
    joints = [
        {
            "type": "line",
            "layer": "below",
            "x0": a,
            "x1": e,
            "y0": name,
            "y1": name,
            "line": {"color": LINE, "width": 3},
        }
        for a, e, name in zip(way, time, names, strict=True)
    ]
    colours = [BAD if line.lag > 0 else GOOD for line in drawn]
    words = [_("achieved %(n)s%%") % {"n": figures.number(line.achieved_share)} for line in drawn]
    points = {"type": "scatter", "mode": "markers", "y": names, "customdata": urls}
    first_way, first_time = note("", 0, 0, SOFT), note("", 0, 0, SOFT)
    above = {"y": names[0], "yanchor": "bottom", "yshift": 8, "xanchor": "center"}
    first_way |= {"text": _("of the way"), "x": way[0], **above}
    first_time |= {"text": _("of the time"), "x": time[0], **above}
    first_way["font"] = {"color": colours[0], "size": 12.5, "weight": 700}
    if abs(way[0] - (time[0] or 0)) < _CLOSE:
        first_way["xanchor"], first_time["xanchor"] = (
            ("right", "left") if way[0] < (time[0] or 0) else ("left", "right")
        )
    quarters = [0, 25, 50, 75, 100]
    return figure(
        [
            {
                **points,
                "x": time,
                "name": _("Time gone"),
                "marker": {"symbol": "line-ns-open", "size": 14, "color": INK},
                "text": [f"{share}%" for share in time],
                "hovertemplate": "%{y}<br>" + _("Time gone") + ": %{text}<extra></extra>",
            },
            {
                **points,
                "x": way,
                "name": _("Way achieved"),
                "marker": {"size": 11, "color": colours},
                "text": words,
                "hovertemplate": "%{y}<br>%{text}<extra></extra>",
            },
        ],
        height=_ROW_HEIGHT * len(names) + 60,
        margin={"l": 10, "r": 16, "t": 28, "b": 28},
        xaxis=axis(range=[-8, 108], tickvals=quarters, ticktext=[f"{n}%" for n in quarters]),
        yaxis=axis(autorange="reversed", showgrid=False, tickfont={"color": INK, "size": 12.5}),
        shapes=joints,
        annotations=[first_way, first_time],
        meta={"title": lag_title(lines), "question": lag_question()},
    )


def ranks(found: Ranks) -> Figure:
    """A line a province; those that moved most are told apart, all are named at their end."""
    if not found.lines:
        return empty()
    days = [figures.day(day) for day in found.days]
    traces, notes = [], []
    moved = {line.place.code for line in found.moved}
    for line in found.lines:
        name = line.place.short_name
        is_told = line.place.code in moved
        colour = (GOOD if line.up > 0 else BAD) if is_told else SOFT
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": days,
                "y": list(line.ranks),
                "line": {"color": colour if is_told else LINE, "width": 2.5 if is_told else 1},
                "marker": {"size": 6 if is_told else 4},
                "customdata": [province_url(line.place.code, found, day) for day in found.days],
                "hovertemplate": name + " %{x}: %{y}<extra></extra>",
            }
        )
        # Equal ranks would write their names over each other.
        words = [one.place.short_name for one in found.lines if one.ranks[-1] == line.ranks[-1]]
        if words[0] == name:
            told = f" ({figures.signed(line.up)})" if is_told else ""
            text = f"{line.ranks[-1]} {', '.join(words)}{told}"
            notes.append(
                note(short(text), days[-1], line.ranks[-1], colour, strong=is_told, xshift=8)
            )
    last = max(rank for line in found.lines for rank in line.ranks)
    return figure(
        traces,
        height=_RANK_HEIGHT * last + 60,
        margin={"l": 34, "r": 150, "t": 10, "b": 30},
        xaxis=axis(type="category", showgrid=False),
        yaxis=whole_axis(1, last, range=[last + 0.7, 0.3], showgrid=False),
        annotations=notes,
        meta={"title": found.title, "question": found.question},
    )
