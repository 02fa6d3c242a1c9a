"""Lists that pages show a part of, as a whole: what is late, missing, published.

Whose rows the reader may not see on the page are not in the file: the same functions read them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from core.models import User
from dashboards.export.tables import Heads, Query, Rows
from dashboards.frame.day import Asked
from dashboards.pages.indicators import published_in
from dashboards.pages.late import every_delay, read_filters
from dashboards.pages.missing import senders_of
from dashboards.text.figures import period
from tasks.worklist.query import LEVELS


@dataclass(frozen=True)
class ExportedList:
    """``takes``: names of its parameters, as the page takes them; all take ``as_of`` too."""

    name: str
    title: str | Promise
    heads: Heads
    takes: tuple[str, ...]
    rows: Callable[[User, Query, Asked], Rows]


def _late(user: User, query: Query, asked: Asked) -> Rows:
    for level, unit, delay in every_delay(user, asked.day, read_filters(query)):
        yield [
            delay.plan_number,
            delay.number,
            delay.title,
            str(LEVELS[level]),
            unit.name,
            unit.head,
            delay.area,
            delay.due_on,
            delay.original_due_on,
            delay.days,
            delay.percent,
            delay.cause_kind or None,
            delay.cause or None,
            delay.remedy or None,
            delay.expected_on,
        ]


def _missing(_user: User, query: Query, asked: Asked) -> Rows:
    wanted = query.get("sender", "")
    for sender in senders_of(asked.day):
        for one in sender.awaited if wanted in {"", sender.key} else ():
            yield [
                sender.name,
                sender.head,
                one.indicator.code,
                one.indicator.name,
                one.area.code,
                one.area.short_name,
                period(one.late.period.text),
                one.late.due_on,
                one.late.days_late,
                one.newest,
            ]


def _readings(_user: User, query: Query, asked: Asked) -> Rows:
    for line in published_in(query.get("indicator", ""), query.get("area", ""), asked.day):
        yield [
            line.area_code,
            line.area,
            line.period,
            line.value,
            line.status,
            line.base,
            line.revision,
            line.published_on,
            line.sender or None,
            line.source or None,
            line.source_url or None,
            line.note or None,
        ]


_CODE, _AREA, _DAYS = gettext_lazy("Code"), gettext_lazy("Area"), gettext_lazy("Days overdue")
_HEAD, _PERIOD, _DUE = gettext_lazy("Head"), gettext_lazy("Period"), gettext_lazy("Deadline")
LISTS: Mapping[str, ExportedList] = {
    one.name: one
    for one in (
        ExportedList(
            "late",
            gettext_lazy("Overdue tasks"),
            {
                gettext_lazy("Document"): 18,
                gettext_lazy("No."): 6,
                gettext_lazy("Task"): 60,
                gettext_lazy("Work of"): 24,
                gettext_lazy("Agency"): 40,
                _HEAD: 28,
                _AREA: 24,
                _DUE: 12,
                gettext_lazy("Original deadline"): 12,
                _DAYS: 12,
                gettext_lazy("Percent done"): 12,
                gettext_lazy("Kind of cause"): 14,
                gettext_lazy("Cause"): 40,
                gettext_lazy("Remedy"): 40,
                gettext_lazy("Expected on"): 12,
            },
            ("plan", "area", "level"),
            _late,
        ),
        ExportedList(
            "missing",
            gettext_lazy("Missing and stale data"),
            {
                gettext_lazy("Sender"): 40,
                _HEAD: 28,
                gettext_lazy("Indicator"): 24,
                gettext_lazy("Name"): 60,
                _CODE: 8,
                _AREA: 24,
                _PERIOD: 14,
                _DUE: 12,
                _DAYS: 12,
                gettext_lazy("Newest known until"): 12,
            },
            ("sender",),
            _missing,
        ),
        ExportedList(
            "readings",
            gettext_lazy("Readings"),
            {
                _CODE: 8,
                _AREA: 24,
                _PERIOD: 14,
                gettext_lazy("Reading"): 18,
                gettext_lazy("Status"): 18,
                gettext_lazy("Number of provinces"): 10,
                gettext_lazy("Revision"): 8,
                gettext_lazy("Published on"): 12,
                gettext_lazy("Sender"): 30,
                gettext_lazy("Source"): 40,
                gettext_lazy("Address of the source"): 30,
                gettext_lazy("Note"): 40,
            },
            ("indicator", "area"),
            _readings,
        ),
    )
}
