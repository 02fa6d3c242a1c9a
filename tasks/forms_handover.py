"""Who takes over the work of somebody who leaves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.web.forms import PlainForm


class HandOverForm(PlainForm):
    """``successor`` becomes a User; the service decides whether he may be."""

    successor = forms.CharField(
        label=_("Successor's user name"), max_length=150,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )  # fmt: skip
    disable = forms.BooleanField(label=_("Disable the leaver's account"), required=False)

    def clean_successor(self) -> User:
        found = User.objects.filter(username=self.cleaned_data["successor"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no account of this user name."))
        return found
