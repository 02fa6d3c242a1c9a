"""The forms about people and their roles."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text.vietnamese import tidy
from core.web.forms import PlainForm
from provinces.scope import Scope

PLACES = "places"
"""The id of the page's list of places to choose from."""


def _text(label: Any, length: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **given)


class PersonForm(PlainForm):
    """Name, office and work contact: no other personal data are asked for."""

    full_name = _text(_("Name"), 120)
    office = _text(_("Office held"), 160, required=False)
    phone = _text(_("Work telephone"), 40, required=False)
    email = forms.EmailField(label=_("Work e-mail"), max_length=254, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {
            name: tidy(text) if isinstance(text, str) else text for name, text in cleaned.items()
        }


class RoleForm(PlainForm):
    role = forms.ChoiceField(label=_("Role"), choices=[])
    place = _text(
        _("Agency or area"),
        200,
        help_text=_("Its code, name or abbreviation."),
        widget=forms.TextInput(attrs={"list": PLACES, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, reach: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in reach.roles]
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"), choices=choices, widget=forms.Select(attrs={"class": "form-select"})
        )
