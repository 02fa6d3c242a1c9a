"""Targets, judgements and assessments, for administrators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import AuditedAdmin, ReadOnlyAdmin
from core.queue import recalculation
from targets.models import Assessment, Judgement, Milestone, Target


class MilestoneInline(admin.TabularInline[Milestone, Target]):
    model = Milestone
    extra = 0


@admin.register(Target)
class TargetAdmin(AuditedAdmin[Target]):
    list_display = [
        "code",
        "name_vi",
        "plan",
        "area",
        "indicator",
        "comparator",
        "minimum",
        "maximum",
        "horizon_on",
    ]
    list_filter = ["plan", "comparator", "horizon_on"]
    search_fields = ["code", "name_vi", "name_en", "indicator__code"]
    list_select_related = ["plan", "area", "indicator"]
    raw_id_fields = ["plan", "area", "indicator"]
    inlines = [MilestoneInline]
    fixed = ["code"]

    def settle(self, request: HttpRequest, obj: Target, verb: str, message: Any) -> None:
        super().settle(request, obj, verb, message)
        recalculation.mark("target", [obj.pk], since=obj.plan.issued_on)


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin[Judgement]):
    list_display = ["target", "day", "verdict", "by", "recorded_at"]
    list_filter = ["verdict"]
    search_fields = ["target__code", "reason"]
    list_select_related = ["target", "by"]


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin[Assessment]):
    list_display = ["target", "day", "verdict", "computed_at"]
    list_filter = ["verdict"]
    search_fields = ["target__code"]
    list_select_related = ["target"]
