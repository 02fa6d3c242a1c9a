"""What coordinators type about new accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import SheetForm
from provinces.accounts.usernames import is_good
from provinces.members.forms import PersonForm, RoleForm


class AccountForm(PersonForm, RoleForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        required=False,
        help_text=_("Empty: one is made from name and place."),
    )
    field_order = ["full_name", "office", "role", "place", "phone", "email", "username"]

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"].strip().lower()
        if name and not is_good(name):
            raise forms.ValidationError(
                _(
                    "A user name has 3 to 60 small letters without marks, digits, points, hyphens "
                    "or @."
                )
            )
        return name


class ListForm(SheetForm):
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_("The filled-in form, up to 5 MB and 5,000 people."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
