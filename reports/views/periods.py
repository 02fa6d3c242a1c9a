"""The periods, when they close, and who is silent."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.db.conditions import under
from core.web.requests import user_of
from provinces.permissions import Permission, has_permission, managed_paths, require
from reports.flow.ready import make_ready
from reports.forms import ScheduleForm
from reports.models import FrozenReport, PeriodLength, ReportingPeriod, ReportingSchedule
from reports.models.report import in_areas
from reports.periods import services
from reports.periods.reported import reminder, reported
from reports.views.found import period_and_area, plans_of

_PAGE_SIZE = 50
_PERIODS_SHOWN = 8


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The periods that close next or closed last in the reader's areas, and what was frozen."""
    user = user_of(request)
    services.make_ahead()
    make_ready()
    frozen = FrozenReport.objects.visible_to(user).defer("figures")
    rows = frozen.select_related("period__plan", "area").order_by("-as_of", "-frozen_at", "-pk")
    mine = in_areas(user, "plan__area__path")
    periods = ReportingPeriod.objects.filter(mine, first_day__lte=clock.today())
    managed = under(managed_paths(user), "area__path")
    plans = plans_of(request).filter(managed).exclude(tasks=None).distinct()
    context = {
        "page": Paginator(rows, _PAGE_SIZE).get_page(request.GET.get("page")),
        "periods": periods.select_related("plan__area").order_by("-closes_at")[:_PERIODS_SHOWN],
        "plans": plans.prefetch_related("reporting_schedules").order_by("-issued_on", "number"),
    }
    return render(request, "reports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def schedules_page(request: HttpRequest, pk: int) -> HttpResponse:
    """When the document's reports close. ``?kind=`` opens one; a POST sets one or adds one."""
    user, plan = user_of(request), get_object_or_404(plans_of(request), pk=pk)
    require(user, Permission.MANAGE_PLAN, plan)
    rows = list(plan.reporting_schedules.order_by("pk"))
    left = [kind for kind in PeriodLength.values if kind not in {one.kind for one in rows}]
    row = next((one for one in rows if one.kind == request.GET.get("kind")), None)
    row = row or ReportingSchedule(plan=plan, kind=left[0] if left else "", closing_day=5)
    form = ScheduleForm(
        request.POST or None,
        row=row,
        kinds=[row.kind] if row.pk else left,
        initial={"kind": row.kind},
    )

    def save() -> ReportingSchedule:
        kind = form.cleaned_data.pop("kind")
        return services.schedule(plan, kind=kind, given=form.cleaned_data, by=user, seen=form.seen)

    if form.saved(save):
        messages.success(request, _("Saved."))
        return redirect("report_schedules", plan.pk)
    coming = ReportingPeriod.objects.filter(plan=plan, closes_at__gt=clock.now())
    closes: dict[str, ReportingPeriod] = {}
    for period in coming.order_by("-closes_at"):
        closes[period.kind] = period
    context = {
        "plan": plan,
        "rows": [(one, closes.get(one.kind)) for one in rows],
        "row": row,
        "form": form,
        "is_full": not left and not row.pk,
    }
    return render(request, "reports/schedules.html", context, status=form.status)


@require_POST
def drop_schedule(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """No more reports of this kind are due."""
    plan = get_object_or_404(plans_of(request), pk=pk)
    row = get_object_or_404(plan.reporting_schedules.select_related("plan__area"), kind=kind)
    services.unschedule(row, by=user_of(request))
    messages.success(request, _("No more reports of this kind are due."))
    return redirect("report_schedules", plan.pk)


@require_safe
def period_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Who has reported in the period, and a text to remind the silent."""
    period, area = period_and_area(request, pk, code)
    units = reported(period, area)
    silent = [unit for unit in units if unit.stand == "none"]
    context = {
        "period": period,
        "area": area,
        "units": units,
        "silent": silent,
        "reminder": reminder(period, area, silent),
        "may_freeze": has_permission(user_of(request), Permission.FREEZE_REPORT, area),
        "frozen": FrozenReport.objects.filter(period=period, area=area)
        .defer("figures")
        .order_by("version"),
    }
    return render(request, "reports/period.html", context)
