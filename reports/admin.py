"""Reporting periods and what was frozen in them."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from reports.models import FrozenReport, ReportingPeriod


@admin.register(ReportingPeriod)
class ReportingPeriodAdmin(admin.ModelAdmin[ReportingPeriod]):
    list_display = ["plan", "first_day", "last_day", "closes_at", "closed_at"]
    list_filter = ["plan"]
    date_hierarchy = "first_day"
    list_select_related = ["plan"]
    raw_id_fields = ["plan", "closed_by"]


@admin.register(FrozenReport)
class FrozenReportAdmin(ReadOnlyAdmin[FrozenReport]):
    list_display = ["period", "area", "as_of", "frozen_at", "frozen_by"]
    list_filter = ["period__plan"]
    list_select_related = ["period__plan", "area", "frozen_by"]
