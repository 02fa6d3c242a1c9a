"""Who takes over the work of somebody who leaves, or of an agency that is merged."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.text.vietnamese import tidy
from core.web.forms import PlainForm, day_field
from provinces.models import Agency, Area
from tasks.staffing.communes import new_commune


class HandOverForm(PlainForm):
    """``successor`` becomes a User; the service decides whether they may take over."""

    needed: Mapping[str, str] = {"confirmed": "always"}

    successor = forms.CharField(
        label=_("Who takes over"),
        max_length=150,
        error_messages={"required": _("Choose who takes over.")},
    )
    disable = forms.BooleanField(label=_("Disable the leaver's account"), required=False)
    confirmed = forms.BooleanField(label=_("Hand over to another office"), required=False)

    def clean_successor(self) -> User:
        found = User.objects.filter(username=self.cleaned_data["successor"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no account of this user name."))
        return found


def _search(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=100, required=False, widget=widget)


def _merged_on() -> forms.DateField:
    return day_field(
        _("From the day"), help_text=_("The day the decision takes effect; today or earlier.")
    )


class MergeForm(PlainForm):
    """``successor`` becomes an Agency."""

    q = _search(_("Name or abbreviation"))
    successor = forms.ModelChoiceField(
        label=_("Merged into"),
        queryset=Agency.objects.none(),
        to_field_name="code",
        error_messages={"required": _("Choose the agency it is merged into.")},
    )
    merged_on = _merged_on()

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("successor", agencies)


class MergeCommunesForm(PlainForm):
    """``into`` becomes an Area: one of those there are, or a new one, not saved, of the code, kind
    and name given."""

    needed: Mapping[str, str] = {"code": "new", "name": "new"}
    q = _search(_("Find communes to be merged"))
    communes = forms.ModelMultipleChoiceField(
        label=_("Communes that are merged"),
        queryset=Area.objects.none(),
        to_field_name="code",
        error_messages={"required": _("Choose the communes that are merged.")},
    )
    q_into = _search(_("Find the commune they become"))
    into = forms.ModelChoiceField(
        label=_("Merged into"),
        queryset=Area.objects.none(),
        to_field_name="code",
        required=False,
    )
    code = forms.RegexField(
        r"^[0-9]{5}$",
        label=_("Code of the new unit"),
        required=False,
        max_length=5,
        help_text=_("Five digits, as the decision prints it."),
        error_messages={"invalid": _("The code has five digits.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind of unit"), required=False, choices=Area.Kind.choices[-3:]
    )
    name = forms.CharField(
        label=_("Its own name"),
        required=False,
        max_length=100,
        help_text=_("Without “xã” or “phường”."),
    )
    name_en = forms.CharField(label=_("Its name in English"), required=False, max_length=100)
    merged_on = _merged_on()

    def __init__(self, *args: Any, communes: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("communes", "into"):
            self.choose(name, communes)

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What was sent, for the page that asks once more."""
        sent: Any = self.data
        for name in self.fields:
            for value in sent.getlist(name):
                yield name, value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = list(cleaned.get("communes", ()))
        if self.errors or not chosen:
            return cleaned
        new = {name: tidy(cleaned.get(name, "")) for name in ("code", "name", "name_en")}
        if cleaned["into"] is None:
            for name in ("code", "name"):
                if not new[name]:
                    self.add_error(name, _("The new unit needs it; or choose one that is there."))
            made = new_commune(kind=cleaned["kind"], province=chosen[0].parent, **new)
            cleaned["into"] = made
        elif any(new.values()):
            self.add_error("into", _("Choose one that is there, or name a new one: not both."))
        return {**cleaned, "communes": chosen}
