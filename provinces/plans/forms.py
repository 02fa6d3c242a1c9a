"""The forms of a document, its phases and groups."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.forms import EditForm, day_field
from provinces.models import Agency, Area, Plan
from provinces.plans.services import GROUP_FIELDS, PHASE_FIELDS, PLAN_FIELDS

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_MOST = 32_767


def _text(label: Any, length: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **given)


class PlanForm(EditForm):
    edits = PLAN_FIELDS
    layout = (
        ("number", "kind", "issued_on"),
        ("name_vi", "name_en"),
        ("issuer_vi", "issuer_en"),
        ("area", "implements", "base_year"),
        ("standing_agency", "source_url"),
        ("requires_review", "requires_agency_approval"),
    )

    number = _text(_("Number and symbol"), 60)
    kind = forms.ChoiceField(label=_("Kind"), choices=Plan.Kind)
    issued_on = day_field(_("Date of issue"))
    name_vi = _text(_("Subject in Vietnamese"), 400, widget=forms.Textarea(attrs={"rows": 2}))
    name_en = _text(
        _("Subject in English"), 400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    issuer_vi = _text(_("Issuer in Vietnamese"), 200)
    issuer_en = _text(_("Issuer in English"), 200, required=False)
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none(), empty_label=None)
    implements = forms.ModelChoiceField(
        label=_("Implements"), queryset=Plan.objects.none(), required=False, empty_label="–"
    )
    base_year = forms.IntegerField(
        label=_("Base year"),
        required=False,
        min_value=_FIRST_YEAR,
        max_value=_LAST_YEAR,
        help_text=_("Targets are measured from it, for example 2020."),
    )
    source_url = forms.URLField(
        label=_("Source"), max_length=400, required=False, assume_scheme="https"
    )
    standing_agency = forms.ModelChoiceField(
        label=_("Standing agency"), queryset=Agency.objects.none(), required=False, empty_label="–"
    )
    requires_review = forms.BooleanField(
        label=_("Requires review"),
        required=False,
        help_text=_("A report counts only when the standing agency has accepted it."),
    )
    requires_agency_approval = forms.BooleanField(
        label=_("Requires approval by the head of the agency"),
        required=False,
        help_text=_("A report leaves the agency only when its head has approved it."),
    )

    def __init__(
        self,
        *args: Any,
        row: Plan,
        areas: QuerySet[Area],
        agencies: QuerySet[Agency],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.choose("area", areas)
        self.choose("standing_agency", agencies)
        self.choose("implements", Plan.objects.exclude(pk=row.pk))


class _PartForm(EditForm):
    number = forms.IntegerField(label=_("Number"), min_value=0, max_value=_MOST)
    name_vi = _text(_("Name in Vietnamese"), 400)
    name_en = _text(_("Name in English"), 400, required=False)


class GroupForm(_PartForm):
    edits = GROUP_FIELDS
    layout = (("number",), ("name_vi", "name_en"))


class PhaseForm(_PartForm):
    edits = PHASE_FIELDS
    layout = (("number", "starts_on", "ends_on"), ("name_vi", "name_en"))

    starts_on = day_field(_("From"), required=False)
    ends_on = day_field(_("To"), required=False)
