"""Who has not reported, in the daily reminder: on the closing day and the working day after."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from functools import partial

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from provinces.models import Agency, Membership
from reports.models import FrozenReport, ReportingPeriod
from reports.periods.calendar import HANOI
from reports.periods.reported import UnitReported, reported
from reports.permissions import WRITERS
from tasks.reminders.contents import calendar
from tasks.reminders.rules import Desks
from tasks.reminders.sections import LetterLine, Section

_SHOWN = 15


def who_is_silent(day: date, desks: Desks) -> dict[int, Callable[[], Section]]:
    """By row number of the user: reviewers and coordinators of the document's area read who is
    silent, the silent units' own people that they are (1 SQL query, and 5 a period told of)."""
    days = calendar()
    frozen = FrozenReport.objects.filter(period=OuterRef("pk"), area=OuterRef("plan__area"))
    first = datetime.combine(days.before(day), time(), HANOI)
    last = datetime.combine(days.after(day), time(), HANOI)
    told: defaultdict[int, dict[tuple[int, str], Callable[[], LetterLine]]] = defaultdict(dict)
    rows = ReportingPeriod.objects.filter(
        ~Exists(frozen), closes_at__gte=first, closes_at__lt=last
    ).select_related("plan__area")
    for period in rows.order_by("closes_at"):
        silent = [unit for unit in reported(period, period.plan.area) if unit.stand == "none"]
        held = Membership.objects.filter(
            area=period.plan.area, role__in=WRITERS, user__is_active=True
        )
        readers = list(held.order_by().values_list("user", flat=True)) if silent else []
        named = Agency.objects.filter(code__in=[unit.code for unit in silent])
        paths = dict(named.values_list("code", "path"))
        page = reverse("report_period", args=[period.pk, period.plan.area.code])
        for unit in silent:
            at = period.pk, unit.code
            told_of = dict.fromkeys(desks.people_of(paths[unit.code]), "/tasks/")
            for user, url in (told_of | dict.fromkeys(readers, page)).items():
                told[user][at] = partial(_line, period, unit, url)
    return {user: partial(_section, list(lines.values())) for user, lines in told.items()}


def _section(lines: Sequence[Callable[[], LetterLine]]) -> Section:
    shown = [line() for line in lines[:_SHOWN]]
    return Section(_("Not reported yet"), shown, len(lines), shown[0].url)


def _line(period: ReportingPeriod, unit: UnitReported, url: str) -> LetterLine:
    closes = date_format(localtime(period.closes_at), "H:i d/m/Y")
    tasks = ngettext("%(n)s open task", "%(n)s open tasks", unit.open) % {"n": unit.open}
    detail = _("%(plan)s · reports close at %(closes)s · %(tasks)s")
    return LetterLine(
        unit.name,
        detail % {"plan": period.plan.number, "closes": closes, "tasks": tasks},
        url,
    )
