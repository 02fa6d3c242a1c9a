"""What coordinators say about a file of tasks: the file, its columns, what else is to be made."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import PlainForm, SheetForm, day_field
from tasks.imports.task_list.columns import FIELDS
from tasks.imports.task_list.preview import MissingGroup

_SHOWN = 60


class ListFileForm(SheetForm):
    file = forms.FileField(
        label=_("List of tasks"),
        help_text=_("Excel (.xlsx) or CSV in UTF-8, up to 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class ColumnsForm(PlainForm):
    """One choice per field: a column of the file, by its place."""

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–")] + [
            (str(at), f"{_letters(at)}: {head[:_SHOWN]}") for at, head in enumerate(header)
        ]
        for field in FIELDS:
            self.fields[field.key] = forms.TypedChoiceField(
                label=str(field.label),
                choices=choices,
                required=False,
                coerce=int,
                empty_value=None,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def columns(self) -> dict[str, int]:
        return {key: at for key, at in self.cleaned_data.items() if at is not None}


class ChoicesForm(PlainForm):
    new_groups = forms.MultipleChoiceField(
        label=_("Groups to be made"), required=False, widget=forms.CheckboxSelectMultiple
    )
    assign = forms.BooleanField(
        label=_("Give each task to its lead agency, where that was found"), required=False
    )
    assigned_on = day_field(_("Assigned on"))

    def __init__(self, *args: Any, missing: Sequence[MissingGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_groups"] = forms.MultipleChoiceField(
            label=_("Groups to be made"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(one.key, f"{one.text[:_SHOWN]} ({one.rows})") for one in missing],
        )


def _letters(at: int) -> str:
    """As Excel names the column: 0 is A, 26 is AA."""
    first, last = divmod(at, 26)
    return ("" if not first else chr(64 + first)) + chr(65 + last)
