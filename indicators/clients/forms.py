"""The forms about connected systems. The services say what is wrong with them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.web.forms import PlainForm, day_field
from indicators.clients.services import Reach
from indicators.models import ClientScope, Indicator
from provinces.models import Area, Plan, PlanScope


class KeyForm(PlainForm):
    expires_on = day_field(_("Expires on"), help_text=_("The last day on which the key opens."))


class _Plans(forms.ModelMultipleChoiceField[Plan]):
    def label_from_instance(self, plan: Plan) -> str:
        return f"{plan.number} – {plan.name}"


class ScopeForm(PlainForm):
    """Figures or tasks, of areas. ``areas``: official codes; the caller finds them."""

    about = forms.ChoiceField(
        label=_("Scope"),
        choices=[("figures", _("Figures")), ("tasks", _("Tasks"))],
        initial="figures",
        widget=forms.RadioSelect,
    )
    indicators = forms.ModelMultipleChoiceField(
        label=_("Indicators"),
        required=False,
        queryset=Indicator.objects.order_by("name_vi"),
        help_text=_("None chosen: all. Hold Ctrl to choose several."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    plans = _Plans(
        label=_("Documents"),
        required=False,
        queryset=Plan.objects.order_by("-issued_on", "number"),
        help_text=_("None chosen: all. Hold Ctrl to choose several."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    areas = forms.CharField(
        label=_("Areas"),
        max_length=1000,
        help_text=_("Codes such as 40 or 16681, with a space between; each with all below it."),
    )
    can_write = forms.BooleanField(
        label=_("May send figures, or reports on tasks"),
        required=False,
        help_text=_("Without it the system only reads."),
    )

    def clean(self) -> dict[str, Any]:
        """What belongs to the other kind is refused: it would be left out without a word."""
        given = super().clean() or self.cleaned_data
        other = "plans" if given.get("about") == "figures" else "indicators"
        if given.get(other):
            self.add_error(other, _("These do not belong to the scope chosen above."))
        return given

    @property
    def reach(self) -> Reach:
        given = self.cleaned_data
        about_tasks = given["about"] == "tasks"
        return Reach(
            kind=PlanScope if about_tasks else ClientScope,
            things=given["plans" if about_tasks else "indicators"],
            areas=given["areas"],
            can_write=given["can_write"],
        )

    def clean_areas(self) -> list[Area]:
        codes = self.cleaned_data["areas"].replace(",", " ").split()
        known = {area.code: area for area in Area.objects.filter(code__in=codes)}
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise forms.ValidationError(
                _("There is no area “%(code)s”."), params={"code": unknown[0][:40]}
            )
        return list(known.values())


class ClientForm(ScopeForm, KeyForm):
    name = forms.CharField(label=_("Name of the system"), max_length=120)
    owner = forms.CharField(
        label=_("Owner"),
        max_length=150,
        help_text=_("User name of the person who answers for it."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_owner(self) -> User:
        found = User.objects.filter(username=self.cleaned_data["owner"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no such person."))
        return found
