"""Figures, days, signs and bars in templates."""

import re
from datetime import date
from decimal import Decimal

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dashboards.frame.day import asked_of
from dashboards.text import figures
from dashboards.text.labels import VERDICTS
from tasks.labels import Sign

register = template.Library()

_LATE = SafeString(' class="tone-bad strong"')
_INDEXED = re.compile(r"(v0|t0|tT)")


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
def numbered(name: str, number_: int) -> str:
    return figures.numbered(number_, name)


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
    context: Context, shown: int | str, plan: str, area: str, counted: str = "", **query: str
) -> SafeString:
    """A figure as the link to the assignments that it counts; what is overdue stands out."""
    level = query.pop("level", "agencies")
    url = go(context, "tasks", level=level, plan=plan, area=area, counted=counted, **query)
    words = figures.number(shown) if isinstance(shown, int) else shown
    is_late = shown and counted.endswith("overdue")
    return format_html('<a href="{}"{}>{}</a>', url, _LATE if is_late else "", words)


@register.simple_tag(takes_context=True)
def go(context: Context, page: str, /, *args: object, **query: str) -> str:
    """The address of a page (by name, or ready) for the same day as the page with the link."""
    url = page if page.startswith("/") else reverse(page, args=args)
    return asked_of(context.flatten()).carried(url, **query)
