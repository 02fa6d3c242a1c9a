"""Lists that can be taken away: what is late, what is known of indicators, what is missing."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import refuse
from core.tables.writer import Value
from dashboards.export.tables import ExportedTable, Query, Rows
from dashboards.frame.day import Asked
from dashboards.pages.indicators import indicator_lines
from dashboards.pages.late import delays, read_filters
from dashboards.pages.missing import senders_of
from dashboards.pages.readings import NEWEST_FIRST, reading_line
from dashboards.text.figures import period
from indicators.models import Reading
from indicators.scope import visible_indicators
from provinces.permissions import Caller


def _late(caller: Caller, query: Query, asked: Asked) -> Rows:
    """What the reader may see one by one, of all pages of the list."""
    page, filters = 1, read_filters(query)
    while True:
        found = delays(caller, asked, filters, str(page))
        for unit in found.units:
            for one in unit.delays:
                yield [
                    unit.name,
                    unit.head,
                    one.plan_number,
                    one.number,
                    one.title,
                    one.area,
                    one.due_on,
                    one.original_due_on,
                    one.days,
                    one.percent,
                    one.cause,
                    one.remedy,
                    one.expected_on,
                    "; ".join(hindrance.text for hindrance in one.hindrances),
                ]
        if not found.rows.has_next():
            return
        page += 1


def _indicators(_caller: Caller, _query: Query, asked: Asked) -> Rows:
    for line in indicator_lines(asked.day, known_at=asked.known_at):
        known: list[Value] = [None] * 5
        if newest := line.newest:
            known = [newest.value, newest.period, newest.area, newest.status, newest.published_on]
        yield [line.code, line.name, line.unit, *known, line.owner]


def _readings(caller: Caller, query: Query, asked: Asked) -> Rows:
    """Every vintage that was published by the day. Raises Refused (``unknown_indicator``)."""
    code = query.get("indicator", "").strip()[:60]
    indicator = visible_indicators(caller).filter(code=code).first()
    if indicator is None:
        detail = _("There is no indicator with the code “%(code)s”.") % {"code": code}
        raise refuse("unknown_indicator", detail, "/indicator")
    rows = Reading.objects.filter(indicator=indicator).published_by(asked.day, asked.known_at)
    if query.get("area"):
        rows = rows.filter(area__code=query["area"].strip()[:10])
    rows = rows.select_related("area", "recorded_by_client", "recorded_by_user")
    for row in rows.order_by("area__path", *NEWEST_FIRST).iterator(chunk_size=2000):
        line = reading_line(row, indicator, row.area.name, row.area.code)
        yield [
            line.area_code,
            line.area,
            line.period,
            line.value,
            line.status,
            line.revision,
            line.published_on,
            line.source,
        ]


def _missing(_caller: Caller, query: Query, asked: Asked) -> Rows:
    """Of one sender, or of all."""
    wanted = query.get("sender", "")
    for sender in senders_of(asked.day, asked.known_at):
        for one in sender.awaited if wanted in {"", sender.key} else ():
            yield [
                sender.name,
                sender.head,
                one.indicator.code,
                one.indicator.name,
                one.area.code,
                one.area.name,
                period(one.late.period.text),
                one.late.due_on,
                one.late.days_late,
                one.newest,
            ]


LISTS: Mapping[str, ExportedTable] = {
    table.name: table
    for table in (
        ExportedTable(
            "late",
            gettext_lazy("Overdue tasks"),
            {
                gettext_lazy("Agency"): 40,
                gettext_lazy("Head"): 28,
                gettext_lazy("Document"): 18,
                gettext_lazy("No."): 8,
                gettext_lazy("Task"): 60,
                gettext_lazy("Area"): 20,
                gettext_lazy("Deadline"): 12,
                gettext_lazy("Original deadline"): 12,
                gettext_lazy("Days"): 8,
                gettext_lazy("Percent done"): 10,
                gettext_lazy("Cause"): 40,
                gettext_lazy("Remedy"): 40,
                gettext_lazy("Now expected"): 12,
                gettext_lazy("Obstacles and proposals"): 50,
            },
            ("plan", "area", "level"),
            _late,
            is_public=False,
        ),
        ExportedTable(
            "indicators",
            gettext_lazy("Data"),
            {
                gettext_lazy("Code"): 20,
                gettext_lazy("Indicator"): 60,
                gettext_lazy("Unit"): 14,
                gettext_lazy("Newest reading"): 16,
                gettext_lazy("Period"): 14,
                gettext_lazy("Area"): 20,
                gettext_lazy("Status"): 16,
                gettext_lazy("Published on"): 12,
                gettext_lazy("Reported by"): 30,
            },
            (),
            _indicators,
        ),
        ExportedTable(
            "readings",
            gettext_lazy("Readings and their vintages"),
            {
                gettext_lazy("Code"): 8,
                gettext_lazy("Area"): 24,
                gettext_lazy("Period"): 14,
                gettext_lazy("Reading"): 18,
                gettext_lazy("Status"): 16,
                gettext_lazy("Vintage"): 8,
                gettext_lazy("Published on"): 12,
                gettext_lazy("Source"): 60,
            },
            ("indicator", "area"),
            _readings,
        ),
        ExportedTable(
            "missing",
            gettext_lazy("Missing and stale data"),
            {
                gettext_lazy("Sender"): 40,
                gettext_lazy("Head"): 28,
                gettext_lazy("Code"): 20,
                gettext_lazy("Indicator"): 60,
                gettext_lazy("Area code"): 10,
                gettext_lazy("Area"): 24,
                gettext_lazy("Period"): 14,
                gettext_lazy("Deadline"): 12,
                gettext_lazy("Days overdue"): 12,
                gettext_lazy("Newest known until"): 12,
            },
            ("sender",),
            _missing,
            is_public=False,
        ),
    )
}
