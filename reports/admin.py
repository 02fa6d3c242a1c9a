"""Reporting schedules and periods, and what was frozen in them."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from reports.models import FrozenReport, Letterhead, ReportingPeriod, ReportingSchedule


@admin.register(ReportingSchedule)
class ReportingScheduleAdmin(admin.ModelAdmin[ReportingSchedule]):
    list_display = ["plan", "kind", "closing_day", "closing_time", "moves", "since"]
    list_filter = ["kind"]
    list_select_related = ["plan"]
    raw_id_fields = ["plan"]


@admin.register(Letterhead)
class LetterheadAdmin(admin.ModelAdmin[Letterhead]):
    list_display = ["name", "layout", "symbol", "signer"]
    list_select_related = ["agency"]
    raw_id_fields = ["agency"]


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
