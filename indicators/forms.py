"""What people type about readings and connected systems. The services say what is wrong with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.text.numbers import SentNumber, with_point
from core.web.forms import PlainForm, day_field
from indicators.models import ImportJob, Indicator, ObsStatus
from provinces.models import Area


def _text(label: Any, longest: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False, **given)


class ReadingForm(PlainForm):
    """One reading of one indicator; its area is chosen before."""

    area = forms.CharField(widget=forms.HiddenInput)
    period = _text(
        _("Period"), 40, help_text=_("2025, 2025-S1 (half-year), 2025-Q3, 2025-11 or 2016/2020.")
    )
    value = _text(_("Value"), 41)
    rank = _text(_("Rank"), 9)
    rank_of = _text(_("among"), 9)
    base = forms.ChoiceField(
        label=_("Provinces counted"), required=False,
        choices=[("", "–"), ("63", "63"), ("34", "34")],
        help_text=_("Which provinces the figure speaks of: 63 before July 2025, 34 since."),
    )  # fmt: skip
    obs_status = forms.ChoiceField(label=_("Status"), choices=ObsStatus)
    published_on = day_field(_("Published on"), help_text=_("Today or earlier."))
    source = _text(_("Source"), 300)
    source_url = _text(_("Address of the source"), 500)
    note = _text(
        _("Note"), 2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the figure is missing or withdrawn."),
    )  # fmt: skip

    def document(self, indicator: str) -> dict[str, object]:
        """What the services read: nothing for an empty field, "14,02" as 14.02."""
        given = self.cleaned_data
        found: dict[str, object] = {"indicator": indicator, "obs_status": given["obs_status"]}
        for name in ("area", "period", "source", "source_url", "note"):
            found[name] = given[name]
        found["value"] = with_point(given["value"]) or None
        for name in ("rank", "rank_of", "base"):
            found[name] = SentNumber(given[name]) if given.get(name) else None
        found["published_on"] = given["published_on"].isoformat()
        return found


class FileForm(PlainForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (UTF-8) or Excel .xlsx, up to 50 MB; in Excel at most 250,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=_("Where a row is refused"), required=False, initial=ImportJob.Mode.ACCEPT_VALID,
        choices=[
            (ImportJob.Mode.ACCEPT_VALID, _("record the valid rows")),
            (ImportJob.Mode.ALL_OR_NOTHING, _("record nothing of the file")),
        ],
    )  # fmt: skip

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or ImportJob.Mode.ACCEPT_VALID


class KeyForm(PlainForm):
    expires_on = day_field(_("Expires on"), help_text=_("The last day on which the key opens."))


class ScopeForm(PlainForm):
    """``areas``: official codes; the caller finds them."""

    indicators = forms.ModelMultipleChoiceField(
        label=_("Indicators"), required=False, queryset=Indicator.objects.order_by("name_vi"),
        help_text=_("None chosen: all. Hold Ctrl to choose several."),
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )  # fmt: skip
    areas = forms.CharField(
        label=_("Areas"), max_length=1000,
        help_text=_("Codes such as 40 or 16681, with a space between; each with all below it."),
    )  # fmt: skip
    can_write = forms.BooleanField(
        label=_("May send readings"), required=False,
        help_text=_("Without it the system only reads."),
    )  # fmt: skip

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
        label=_("Owner"), max_length=150,
        help_text=_("User name of the person who answers for it."),
    )  # fmt: skip
    note = _text(_("Note"), 2000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_owner(self) -> User:
        found = User.objects.filter(username=self.cleaned_data["owner"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no such person."))
        return found
