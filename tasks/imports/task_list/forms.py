"""Forms of the steps of a list: file, columns, names, and what is made besides the tasks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.tables.forms import SheetForm, column_field, file_field, name_field
from core.web.forms import PlainForm, day_field
from provinces.models import Agency
from tasks.imports.task_list.columns import COLUMNS
from tasks.imports.task_list.names import spelling
from tasks.imports.task_list.preview import ClassOffer, MissingGroup, UnknownName

_SHOWN = 60


class ListFileForm(SheetForm):
    file = file_field(
        _("List of tasks"),
        _("Excel (.xlsx, .xls), OpenDocument (.ods) or CSV in UTF-8, up to 5 MB."),
    )


class ColumnsForm(PlainForm):
    """One choice per field: a column of the file, by its place."""

    needed = {column.key: "always" for column in COLUMNS if column.is_needed}

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in COLUMNS:
            self.fields[column.key] = column_field(column.label, header)

    def columns(self) -> dict[str, int]:
        return {key: at for key, at in self.cleaned_data.items() if at is not None}


class NamesForm(PlainForm):
    """One line per name that was not recognised: the agency that it means, by any of its names."""

    keep = forms.BooleanField(
        label=_("Keep these names for the next file"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        unknown: Sequence[UnknownName],
        agencies: Mapping[str, Agency],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._agencies, self._keys = agencies, dict[str, str]()
        for at, one in enumerate(unknown):
            self._keys[f"name-{at}"] = one.key
            self.fields[f"name-{at}"] = name_field(one.text, "agencies")

    def lines(self, unknown: Sequence[UnknownName]) -> list[tuple[UnknownName, forms.BoundField]]:
        return [(one, self[f"name-{at}"]) for at, one in enumerate(unknown)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in self._keys:
            if (text := given.get(name)) and spelling(text) not in self._agencies:
                self.add_error(name, _("No agency is called so; choose one of the list."))
        return given

    def answers(self) -> dict[str, Agency | None]:
        return {
            key: self._agencies.get(spelling(self.cleaned_data[name]))
            for name, key in self._keys.items()
        }


class ChoicesForm(PlainForm):
    assign = forms.BooleanField(
        label=_("Give each task to its lead agencies, where they were found"),
        required=False,
    )
    assigned_on = day_field(_("Assigned on"))

    def __init__(
        self,
        *args: Any,
        missing: Sequence[MissingGroup],
        offers: Sequence[ClassOffer],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["classes"] = forms.MultipleChoiceField(
            label=_("Classes of units that get their tasks one by one"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(one.kind.value, one.kind.label) for one in offers],
        )
        self.fields["new_groups"] = forms.MultipleChoiceField(
            label=_("Groups to be made"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[(one.key, f"{one.text[:_SHOWN]} ({one.rows})") for one in missing],
        )
