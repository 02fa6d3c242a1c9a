"""Pages of reporting: the periods, who is silent, the draft, what was frozen."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.errors import Refused
from core.text.language import in_language
from core.web.requests import download, user_of
from provinces.models import Area
from provinces.permissions import Permission, has_permission, require
from reports.content.report import rows_in
from reports.files.blocks import blocks_of, plain_text
from reports.files.sheet import excel
from reports.files.word import word
from reports.forms import TextForm
from reports.frozen.corrections import between, corrections_of
from reports.frozen.services import draft_of, freeze, write
from reports.models import FrozenReport, ReportingPeriod
from reports.models.report import in_areas
from reports.periods.reported import reminder, reported
from reports.periods.services import make_ahead
from tasks.labels import STATUSES

_PAGE_SIZE = 50
_PERIODS_SHOWN = 8
_FILES: Mapping[str, Callable[[FrozenReport], bytes]] = {
    "docx": word,
    "xlsx": excel,
    "txt": lambda report: plain_text(blocks_of(report)).encode(),
}


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The periods that close next or closed last in the reader's areas, and what was frozen."""
    user = user_of(request)
    make_ahead()
    frozen = FrozenReport.objects.visible_to(user).defer("figures")
    rows = frozen.select_related("period__plan", "area").order_by("-as_of", "-frozen_at", "-pk")
    mine = in_areas(user, "plan__area__path")
    periods = ReportingPeriod.objects.filter(mine, first_day__lte=clock.today())
    context = {
        "page": Paginator(rows, _PAGE_SIZE).get_page(request.GET.get("page")),
        "periods": periods.select_related("plan__area").order_by("-closes_at")[:_PERIODS_SHOWN],
    }
    return render(request, "reports/list.html", context)


def _found(request: HttpRequest, pk: int, code: str) -> tuple[ReportingPeriod, Area]:
    """Raises Http404 for a period or an area that is not the reader's."""
    period = get_object_or_404(ReportingPeriod.objects.select_related("plan__area"), pk=pk)
    areas = Area.objects.filter(in_areas(user_of(request), "path"))
    area: Area = get_object_or_404(areas, code=code)
    if not area.path.startswith(period.plan.area.path):
        raise Http404
    return period, area


@require_safe
def period_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Who has reported in the period, and a text to remind the silent."""
    period, area = _found(request, pk, code)
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


@require_http_methods(["GET", "HEAD", "POST"])
def draft_page(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The text of the report; a POST changes it."""
    period, area = _found(request, pk, code)
    user = user_of(request)
    require(user, Permission.FREEZE_REPORT, area)
    draft = draft_of(period, area)
    form = TextForm(request.POST or None, row=draft)
    if form.saved(lambda: write(draft, given=form.cleaned_data, seen=form.seen, by=user)):
        messages.success(request, _("Saved.") if form.outcome else _("Nothing was changed."))
        return redirect(draft)
    frozen = FrozenReport.objects.filter(period=period, area=area).defer("figures")
    context = {
        "period": period,
        "area": area,
        "form": form,
        "frozen": frozen.order_by("-version").first(),
    }
    return render(request, "reports/draft.html", context, status=form.status)


@require_POST
def freeze_report(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Freeze the figures as of the period's day."""
    period, area = _found(request, pk, code)
    try:
        report = freeze(period, area, by=user_of(request), reason=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused.faults[0].detail))
        return redirect("report_draft", pk, code)
    messages.success(request, _("The report is frozen; it does not change any more."))
    return redirect(report)


def _report(request: HttpRequest, pk: int) -> FrozenReport:
    rows = FrozenReport.objects.visible_to(user_of(request))
    found: FrozenReport = get_object_or_404(
        rows.select_related("period__plan", "area", "frozen_by"), pk=pk
    )
    return found


@require_safe
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """As it was frozen; what came later stands beside it. ``?figure=`` opens the rows of one."""
    report = _report(request, pk)
    key = request.GET.get("figure", "")
    behind = set(report.figures["figures"].get(key, ())) if key else set()
    before = FrozenReport.objects.filter(pk=report.figures["before"] or 0).first()
    versions = FrozenReport.objects.filter(period=report.period_id, area=report.area_id)
    context = {
        "report": report,
        "blocks": [(type(block).__name__, block) for block in blocks_of(report)],
        "figure": key,
        "behind": [
            {
                "row": row,
                "title": in_language(row.title_vi, row.title_en),
                "agency": in_language(row.agency_vi, row.agency_en),
                "sign": STATUSES[row.status],
            }
            for row in rows_in(report)
            if row.id in behind
        ],
        "corrections": corrections_of(report),
        "statuses": STATUSES,
        "before": before,
        "since": len(between(before, report)) if before else 0,
        "versions": versions.defer("figures").order_by("version"),
    }
    return render(request, "reports/report.html", context)


@require_safe
def report_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The same bytes each time: docx, xlsx or txt."""
    report = _report(request, pk)
    if kind not in _FILES:
        raise Http404
    name = f"bao-cao-{report.area.code}-{report.as_of:%Y-%m-%d}-{report.version}.{kind}"
    return download(_FILES[kind](report), name)
