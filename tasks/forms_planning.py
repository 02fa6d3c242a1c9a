"""What coordinators type when they give work."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm
from provinces.models import Area


def _day(label: Any, **given: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **given)


class FanOutForm(PlainForm):
    level = forms.ChoiceField(
        label=_("Given to"),
        choices=[
            (Area.Level.COMMUNE, _("all communes, wards and special zones")),
            (Area.Level.PROVINCE, _("all provinces and cities")),
        ],
    )
    within = forms.ModelChoiceField(label=_("of"), queryset=Area.objects.none(), empty_label=None)
    assigned_on = _day(_("Assigned on"))
    due_on = _day(
        _("Deadline"), required=False, help_text=_("Empty for ongoing work without a deadline.")
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"] = forms.ModelChoiceField(
            label=_("of"), queryset=areas, empty_label=None,
            widget=forms.Select(attrs={"class": "form-select"}),
        )  # fmt: skip
