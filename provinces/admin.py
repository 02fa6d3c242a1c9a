"""Places, agencies, documents and roles, for administrators."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from core.admin import AuditedAdmin
from core.queue import recalculation
from core.text.vietnamese import fold
from provinces.models import Agency, Area, Delegation, Membership, Phase, Plan, PlanGroup, PlanScope

_Row = TypeVar("_Row", bound=models.Model)


class FoldedSearchAdmin(AuditedAdmin[_Row]):
    """Searches without regard to diacritics and capitals."""

    search_fields = ["code", "search_text"]

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[_Row], search_term: str
    ) -> tuple[models.QuerySet[_Row], bool]:
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(Area)
class AreaAdmin(FoldedSearchAdmin[Area]):
    list_display = ["code", "name_vi", "level", "kind", "parent", "is_active", "merged_on"]
    list_filter = ["level", "kind", "is_active"]
    list_select_related = ["parent"]
    raw_id_fields = ["parent", "successor"]
    fixed = ["code", "parent"]


@admin.register(Agency)
class AgencyAdmin(FoldedSearchAdmin[Agency]):
    list_display = ["code", "name_vi", "area", "parent", "protocol_order", "is_illustrative"]
    list_filter = ["is_illustrative"]
    list_select_related = ["area", "parent"]
    raw_id_fields = ["area", "parent", "successor"]
    fixed = ["code", "parent"]


class PhaseInline(admin.TabularInline[Phase, Plan]):
    model = Phase
    extra = 0


class PlanGroupInline(admin.TabularInline[PlanGroup, Plan]):
    model = PlanGroup
    extra = 0


@admin.register(Plan)
class PlanAdmin(AuditedAdmin[Plan]):
    list_display = ["number", "name_vi", "issuer_vi", "issued_on", "area", "implements"]
    list_filter = ["kind", "requires_review"]
    search_fields = ["number", "name_vi", "name_en"]
    list_select_related = ["area", "implements"]
    raw_id_fields = ["area", "implements", "standing_agency"]
    inlines = [PhaseInline, PlanGroupInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def settle(self, request: HttpRequest, obj: Plan, verb: str, message: Any) -> None:
        super().settle(request, obj, verb, message)
        # Everything computed depends on its day of issue, base year and rules.
        recalculation.mark("plan", [obj.pk], since=obj.issued_on)


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin[Membership]):
    list_display = ["user", "role", "area", "agency"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__full_name"]
    list_select_related = ["user", "area", "agency"]
    raw_id_fields = ["user", "area", "agency"]


@admin.register(Delegation)
class DelegationAdmin(AuditedAdmin[Delegation]):
    list_display = ["agency", "delegator", "delegate", "from_day", "to_day"]
    search_fields = ["delegator__full_name", "delegate__full_name"]
    list_select_related = ["agency", "delegator", "delegate"]
    raw_id_fields = ["agency", "delegator", "delegate"]


@admin.register(PlanScope)
class PlanScopeAdmin(AuditedAdmin[PlanScope]):
    list_display = ["client", "plan", "area", "can_write"]
    list_filter = ["can_write"]
    search_fields = ["client__name", "plan__number"]
    list_select_related = ["client", "plan", "area"]
    raw_id_fields = ["client", "plan", "area"]
