"""The form for lending a role."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.web.forms import PlainForm, day_field
from provinces.delegations.services import Lendable


class DelegationForm(PlainForm):
    """``what`` becomes a Lendable, ``delegate`` a User."""

    what = forms.ChoiceField(label=_("Role that is lent"))
    delegate = forms.CharField(
        label=_("Lent to"),
        max_length=150,
        help_text=_("The user name of a colleague; typing shows who there is."),
    )
    from_day = day_field(_("From"))
    to_day = day_field(_("To"))

    def __init__(self, *args: Any, choices: Sequence[Lendable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lendable = {one.key: one for one in choices}
        self.fields["what"] = forms.ChoiceField(
            label=_("Role that is lent"),
            choices=[(one.key, one.words) for one in choices],
            widget=forms.Select(attrs={"class": "form-select"}),
        )
        self.fields["delegate"].widget.attrs["list"] = "colleagues"

    def clean_what(self) -> Lendable:
        return self._lendable[self.cleaned_data["what"]]

    def clean_delegate(self) -> User:
        user = User.objects.filter(username=self.cleaned_data["delegate"].strip()).first()
        if user is None:
            raise forms.ValidationError(_("There is no account of this user name."))
        return user
