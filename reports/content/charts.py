"""Charts that a report may hold as pictures; the floor that shows them registers them here."""

import hashlib
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.drawing.picture import picture
from core.errors import refuse
from core.models import User
from provinces.models import Area, Plan
from reports.content.figures import LEVELS, counts_in
from reports.content.report import Content
from reports.models import FrozenPicture
from tasks.completion.counts import Counts
from tasks.completion.totals import By, parts


@dataclass(frozen=True)
class OfferedChart:
    """``build``: for whom, of which document and area, on which day; a Plotly figure as dicts,
    without series where there is nothing to show."""

    name: str
    title: str | Promise
    build: Callable[[User, Plan, Area, date], dict[str, Any]]


_OFFERED: dict[str, OfferedChart] = {}


def register(chart: OfferedChart) -> None:
    _OFFERED[chart.name] = chart


def choices() -> list[tuple[str, str | Promise]]:
    return [(chart.name, chart.title) for chart in _OFFERED.values()]


def drawn(
    names: Container[str], plan: Plan, area: Area, day: date, *, by: User
) -> Iterator[FrozenPicture]:
    """The chosen charts in each language, not saved; what has nothing to show is left out.

    They are frozen as pictures, and not as the figures they are drawn from: a later version of the
    library that draws would make other bytes of the same figures.
    """
    for chart in _OFFERED.values():
        if chart.name not in names:
            continue
        for language in dict(settings.LANGUAGES):
            with override(language):
                figure = chart.build(by, plan, area, day)
                if not any(trace.get("x") for trace in figure["data"]):
                    continue
                png = picture(figure)
                yield FrozenPicture(
                    name=chart.name,
                    language=language,
                    kind=str(chart.title),
                    title=figure["layout"]["meta"]["title"],
                    png=png,
                    digest=hashlib.sha256(png).hexdigest(),
                )


def check_totals(content: Content, plan: Plan, area: Area, day: date) -> None:
    """Tables are counted from the rows, charts from the sums that follow every change within
    seconds. Raises Refused (``charts_differ``, 409) where they do not agree."""
    stored = sum((part.counts for part in parts(plan, area, day, By.GROUP)), Counts())
    levels = (counts_in(content["figures"], f"{level}.") for level in LEVELS)
    if stored != sum(levels, Counts()):
        detail = _(
            "The charts do not show the figures of the tables: they are being recomputed, or "
            "count areas below too. Try again in a minute, or freeze without charts."
        )
        raise refuse("charts_differ", detail, status=HTTPStatus.CONFLICT)
