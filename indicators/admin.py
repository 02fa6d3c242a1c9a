"""Indicators, readings and the scopes of connected systems, for administrators."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import AuditedAdmin, ReadOnlyAdmin
from core.queue import recalculation
from indicators.models import ClientScope, ImportJob, Indicator, Reading


@admin.register(Indicator)
class IndicatorAdmin(AuditedAdmin[Indicator]):
    list_display = ["code", "name_vi", "unit_vi", "kind", "direction", "frequency", "owner"]
    list_filter = ["kind", "direction", "frequency"]
    search_fields = ["code", "name_vi", "name_en"]
    list_select_related = ["owner"]
    raw_id_fields = ["owner"]
    fixed = ["code"]

    def settle(self, request: HttpRequest, obj: Indicator, verb: str, message: Any) -> None:
        super().settle(request, obj, verb, message)
        # Its direction and decimals shape the assessments on it.
        recalculation.mark("indicator", [obj.pk], since=date.min)


@admin.register(Reading)
class ReadingAdmin(ReadOnlyAdmin[Reading]):
    list_display = [
        "indicator",
        "area",
        "period",
        "base",
        "value_text",
        "rank",
        "obs_status",
        "published_on",
        "revision",
        "recorded_at",
    ]
    list_filter = ["obs_status", "base"]
    search_fields = ["indicator__code", "area__search_text", "period"]
    list_select_related = ["indicator", "area"]
    # Counting a million rows would take longer than showing fifty.
    show_full_result_count = False
    list_per_page = 50
    ordering = ["-id"]


@admin.register(ClientScope)
class ClientScopeAdmin(AuditedAdmin[ClientScope]):
    list_display = ["client", "indicator", "area", "can_write"]
    list_filter = ["can_write"]
    search_fields = ["client__name", "indicator__code"]
    list_select_related = ["client", "indicator", "area"]
    raw_id_fields = ["client", "indicator", "area"]


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin[ImportJob]):
    list_display = [
        "file_name",
        "state",
        "mode",
        "rows_total",
        "created",
        "revised",
        "unchanged",
        "rejected",
        "created_at",
    ]
    list_filter = ["state", "mode", "dry_run"]
    search_fields = ["file_name"]
