"""Figures, days, signs and bars in templates."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.frame.day import Asked, asked_of
from dashboards.text import figures
from dashboards.text.labels import VERDICTS
from tasks.labels import Sign

register = template.Library()

_LATE = SafeString(' class="tone-bad strong"')
_CELLS = {"done": "✓", "open": "·", "none": ""}
_INDEXED = re.compile(r"(v0|t0|tT)")


@register.filter
def at(known: Mapping[str, Any], key: str) -> Any:
    return known[key]


@register.filter
def number(value: Decimal | int | str | None, places: int | None = None) -> str:
    return figures.number(value, places)


@register.filter
def change(value: int) -> str:
    """ "+2", "−1"; nothing where nothing changed."""
    return figures.signed(value) if value else ""


@register.filter
def day(value: date | None) -> str:
    return figures.day(value)


@register.filter
def iso(value: date) -> str:
    return value.isoformat()


@register.filter
def points(value: Decimal | None) -> str:
    """A change of a rate in percentage points: "+2,5"."""
    if not value:
        return ""
    text = figures.number(abs(value).normalize())
    return f"+{text}" if value > 0 else f"−{text}"


@register.filter
def letters(formula: str) -> SafeString:
    """v0, t0 and tT with the second letter as an index."""
    parts = [
        format_html("{}<sub>{}</sub>", *part) if _INDEXED.fullmatch(part) else part
        for part in _INDEXED.split(formula)
    ]
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name
    )


@register.simple_tag
def sign(value: Sign, css: str = "") -> SafeString:
    """Colour, icon and word together."""
    return format_html(
        '<span class="status tone-{} {}">{}<span>{}</span></span>',
        value.tone,
        css,
        icon(value.icon),
        value.label,
    )


@register.simple_tag
def verdict(name: str, css: str = "") -> SafeString:
    return sign(VERDICTS[name], css)


@register.simple_tag(takes_context=True)
def rows(
    context: Context, shown: int | str, plan: str, area: str, counted: str = "", **query: object
) -> SafeString:
    """A figure as the link to the assignments that it counts; what is overdue stands out."""
    level = query.pop("level", "agencies")
    words = figures.number(shown) if isinstance(shown, int) else shown
    is_late = shown and counted.endswith("overdue")
    url = go(context, "tasks", level=level, plan=plan, area=area, counted=counted, **query)
    return format_html('<a href="{}"{}>{}</a>', url, _LATE if is_late else "", words)


@register.simple_tag
def matrix_cells(cells: Iterable[Any], late_url: str) -> SafeString:
    """Two thousand on a page, so they are short: what is overdue is a number and leads to its rows,
    the rest are signs. ``cells`` are those of ``dashboards.work.communes``."""
    return format_html_join(
        "",
        '<td class="m-{}">{}</td>',
        (
            (
                cell.kind,
                format_html(
                    '<a href="{}&amp;group_number={}">{}</a>',
                    late_url,
                    cell.group,
                    figures.number(cell.late),
                )
                if cell.late
                else _CELLS[cell.kind],
            )
            for cell in cells
        ),
    )


@register.simple_tag(takes_context=True)
def due_between(context: Context, part: Any, area: str, counted: str = "on_schedule") -> SafeString:
    """The count of a part with ``due_from`` and ``due_to``, with its rows."""
    query = {"level": "agencies", "area": area, "counted": counted, "due_to": part.due_to}
    if part.due_from:
        query["due_from"] = part.due_from
    return format_html(
        '<a href="{}">{}</a>', go(context, "tasks", **query), figures.number(part.count)
    )


@register.simple_tag(takes_context=True)
def done_of(context: Context, counts: Any, plan: str, area: str, **query: object) -> SafeString:
    """ "5/7": completed of what is counted, each with its rows; ``counts``: ``Compared``."""
    done = rows(context, counts.now.completed, plan, area, "completed", **query)
    return format_html(
        "{}/{}", done, rows(context, counts.counted, plan, area, "countable", **query)
    )


@register.simple_tag(takes_context=True)
def rows_on(
    context: Context,
    on: date,
    shown: int | str,
    plan: str,
    *,
    area: str,
    counted: str,
    level: str = "agencies",
    **query: object,
) -> SafeString:
    """As ``rows``, for a figure of another day than the page's."""
    asked = asked_of(context.flatten())
    if on == asked.day:
        return rows(context, shown, plan, area, counted, level=level, **query)
    other = Asked(on, on - timedelta(days=7), asked.known_on)
    given = {"level": level, "plan": plan, "area": area, "counted": counted, **query}
    is_late = shown and counted.endswith("overdue")
    url = other.carried(reverse("tasks"), **{name: str(value) for name, value in given.items()})
    words = figures.number(shown) if isinstance(shown, int) else shown
    return format_html('<a href="{}" data-other-day{}>{}</a>', url, _LATE if is_late else "", words)


@register.simple_tag(takes_context=True)
def then_now(context: Context, line: Any, counted: str) -> SafeString:
    """Three cells of a line like ``ThenNow``: on the compared day, on the day, the change.
    "countable" is the rate; the figures lead to their rows."""
    asked, counts, query = asked_of(context.flatten()), line.counts, {**line.query}
    plan, area = query.pop("plan", ""), query.pop("area", "")
    if counted == "countable":
        then, now = figures.percent(counts.before.rate), counts.rate
        changed = points(counts.rate_change)
    else:
        then, now = (getattr(part, counted or "total") for part in (counts.before, counts.now))
        changed = change(now - then)
    return format_html(
        '<td class="number side soft">{}</td><td class="number">{}</td>'
        '<td class="number soft">{}</td>',
        rows_on(context, asked.compared, then, plan, area=area, counted=counted, **query),
        rows(context, now, plan, area, counted, **query),
        changed,
    )


@register.simple_tag(takes_context=True)
def go(context: Context, place: str, *args: object, **query: object) -> str:
    """The address of a page (by name, or ready) for the same day as the page with the link."""
    return _carried(asked_of(context.flatten()), place, args, query)


@register.simple_tag(takes_context=True)
def go_then(context: Context, place: str, *args: object, **query: object) -> str:
    """As ``go``, for the compared day."""
    return _carried(asked_of(context.flatten()).of_compared, place, args, query)


def _carried(days: Asked, place: str, args: Iterable[object], query: Mapping[str, object]) -> str:
    url = place if place.startswith("/") else reverse(place, args=[*args])
    return days.carried(url, **{name: str(value) for name, value in query.items()})
