"""Forms of the account: signing in, preferences, choosing a password with a code."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from core.accounts.sign_in import count_try, forget_tries
from core.errors import Refused
from core.web.forms import PlainForm


class SignInForm(AuthenticationForm):
    """Counts the try before the password is checked. ``locked``: the refusal of one too many."""

    locked: Refused | None = None

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if name and self.cleaned_data.get("password"):
            try:
                count_try("password", name)
            except Refused as refused:
                self.locked = refused
                raise forms.ValidationError(str(refused.faults[0].detail)) from refused
        cleaned = super().clean()
        if name and self.user_cache:
            forget_tries("password", name)
        return cleaned


class PreferencesForm(PlainForm):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    email = forms.EmailField(
        label=_("Work e-mail"),
        required=False,
        max_length=254,
        help_text=_("Without an address you are reminded on these pages alone."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    wants_digest = forms.BooleanField(
        label=_("One e-mail a working day about what is due, overdue or returned"), required=False
    )


def _new_password(label: Any, **given: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, max_length=128, **given)


class CodeForm(PlainForm):
    """The code of the slip, and the password the person wants."""

    username = UsernameField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        help_text=_("As on the slip; small letters and missing hyphens do no harm."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    new_password1 = _new_password(_("New password"), help_text=_("At least 10 characters."))
    new_password2 = _new_password(_("New password once more"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("new_password1"), cleaned.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", _("The two passwords are not the same."))
        return cleaned
