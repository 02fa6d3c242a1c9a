"""What coordinators type about agencies."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.text.vietnamese import tidy
from core.web.forms import EditForm, day_field
from provinces.agencies.services import AGENCY_FIELDS, CHANGED_FIELDS
from provinces.lookup import Lookup
from provinces.models import Agency, Area
from provinces.models.names import NAME_FIELDS
from provinces.roles import Role
from provinces.scope import Scope

_CODE = {"invalid": _("The code is of letters without marks, digits and hyphens.")}


def _text(label: Any, length: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **given)


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = map(tidy, (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class _AgencyFields(EditForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {
            name: tidy(value) if isinstance(value, str) else value
            for name, value in cleaned.items()
        }


class AgencyNameForm(_AgencyFields):
    edits = NAME_FIELDS
    layout = (("name_vi", "short_name_vi"), ("name_en", "short_name_en"), ("from_day",))

    name_vi = _text(_("Name in Vietnamese"), 400)
    short_name_vi = _text(_("Short name in Vietnamese"), 120, required=False)
    name_en = _text(_("Name in English"), 400, required=False)
    short_name_en = _text(_("Short name in English"), 120, required=False)
    from_day = day_field(
        _("From the day"),
        required=False,
        help_text=_("The day the decision takes effect. Empty: only a slip is corrected."),
    )


class AgencyForm(_AgencyFields):
    edits: Sequence[str] = CHANGED_FIELDS
    layout: Sequence[Sequence[str]] = (
        ("head_title_vi", "head_name", "head_title_en"),
        ("aliases", "protocol_order"),
    )

    head_title_vi = _text(_("Title of the head"), 120, required=False)
    head_name = _text(_("Name of the head"), 120, required=False)
    head_title_en = _text(_("Title of the head in English"), 120, required=False)
    aliases = LinesField(
        label=_("Also called"),
        required=False,
        help_text=_("One a line. Lists from files and the search know these names."),
    )
    protocol_order = forms.IntegerField(
        label=_("Place in the order"),
        min_value=0,
        max_value=32767,
        help_text=_("Smaller numbers come first."),
    )


class NewAgencyForm(AgencyForm):
    """``area`` becomes an Area within reach."""

    edits = AGENCY_FIELDS
    layout = (
        ("name_vi", "short_name_vi"),
        ("name_en", "short_name_en"),
        ("code", "area", "parent"),
        *AgencyForm.layout,
    )

    name_vi = _text(_("Name in Vietnamese"), 400)
    short_name_vi = _text(_("Short name in Vietnamese"), 120, required=False)
    name_en = _text(_("Name in English"), 400, required=False)
    short_name_en = _text(_("Short name in English"), 120, required=False)
    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        help_text=_("Stays for ever, such as so-noi-vu."),
        error_messages=_CODE,
    )
    area = _text(_("Area"), 200, help_text=_("Its code or name."))
    parent = forms.ModelChoiceField(
        label=_("Stands under"), queryset=Agency.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, reach: Scope, parents: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach = reach
        self.choose("parent", parents)

    def clean_area(self) -> Area:
        try:
            unit = Lookup(self.reach).find(self.cleaned_data["area"], Role.COORDINATOR)
        except Refused as refused:
            raise forms.ValidationError(str(refused.faults[0].detail)) from refused
        return Area.objects.get(pk=unit.pk)
