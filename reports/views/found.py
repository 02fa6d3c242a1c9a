"""What an address of reporting names, as far as the reader may see it."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from core.web.requests import user_of
from provinces.models import Area, Plan
from reports.models import FrozenReport, ReportingPeriod
from reports.models.report import in_areas


def plans_of(request: HttpRequest) -> "QuerySet[Plan]":
    """The documents of the reader's areas."""
    return Plan.objects.filter(in_areas(user_of(request), "area__path")).select_related("area")


def period_and_area(request: HttpRequest, pk: int, code: str) -> tuple[ReportingPeriod, Area]:
    """Raises Http404 for a period or an area that is not the reader's."""
    period = get_object_or_404(ReportingPeriod.objects.select_related("plan__area"), pk=pk)
    areas = Area.objects.filter(in_areas(user_of(request), "path"))
    area: Area = get_object_or_404(areas, code=code)
    if not area.path.startswith(period.plan.area.path):
        raise Http404
    return period, area


def report_of(request: HttpRequest, pk: int) -> FrozenReport:
    """Raises Http404 for a report that is not the reader's."""
    rows = FrozenReport.objects.visible_to(user_of(request))
    found: FrozenReport = get_object_or_404(
        rows.select_related("period__plan", "area", "frozen_by"), pk=pk
    )
    return found
