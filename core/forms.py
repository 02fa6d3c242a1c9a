"""What every form of the site has in common."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.attempts import count_try, forget_tries
from core.errors import Refused
from core.spreadsheets import MAX_BYTES


def day_field(label: Any, **given: Any) -> forms.DateField:
    """Days are sent as 2025-11-15, whatever the language."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **given)


class PlainForm(forms.Form):
    """Labels above, errors beside, nothing in placeholders; looks like the rest of the site."""

    use_required_attribute = False
    outcome: Any = None
    """What the call answered that ``saved`` made."""
    refused: Refused | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "form-select"
            elif isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "form-check-input"
            elif not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs["class"] = "form-control"

    def choose(self, name: str, rows: QuerySet[Any]) -> None:
        """The rows that a field offers."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def saved(self, save: Callable[[], object]) -> bool:
        """Call ``save`` when the form is valid. False when it was not or was refused; the form then
        says why."""
        if not self.is_valid():
            return False
        try:
            self.outcome = save()
        except Refused as refused:
            self.add_faults(refused)
            return False
        return True

    @property
    def status(self) -> int:
        """Of the answer that shows the form."""
        if not self.errors:
            return HTTPStatus.OK
        if self.refused and self.refused.status != HTTPStatus.BAD_REQUEST:
            return self.refused.status
        return HTTPStatus.UNPROCESSABLE_ENTITY

    def add_faults(self, refused: Refused) -> None:
        """Each fault beside its field, the others on top."""
        self.refused = refused
        for fault in refused.faults:
            self.add_error(fault.field if fault.field in self.fields else None, str(fault.detail))


class SheetForm(PlainForm):
    """Its ``file`` is small enough to be read at once."""

    def sent(self) -> tuple[bytes, str]:
        """What is in the file, a byte more than is taken at the most, and its name."""
        file = self.cleaned_data["file"]
        return file.read(MAX_BYTES + 1), file.name


class SignInForm(AuthenticationForm):
    """Counts the try before the password is looked at; ``locked`` where it was one too many."""

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
        label=_("Work e-mail"), required=False, max_length=254,
        help_text=_("Without an address you are reminded on these pages alone."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    wants_digest = forms.BooleanField(
        label=_("One e-mail a working day about what is due, overdue or returned"), required=False
    )


def _new_password(label: Any, **given: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, strip=False, widget=widget, max_length=128, **given)


class CodeForm(PlainForm):
    """The code of the slip, and the password the person wants."""

    username = UsernameField(
        label=_("User name"), max_length=150, widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )  # fmt: skip
    code = forms.CharField(
        label=_("One-time code"), max_length=40,
        help_text=_("As on the slip; small letters and missing hyphens do no harm."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )  # fmt: skip
    new_password1 = _new_password(_("New password"), help_text=_("At least 10 characters."))
    new_password2 = _new_password(_("New password once more"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("new_password1"), cleaned.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", _("The two passwords are not the same."))
        return cleaned
