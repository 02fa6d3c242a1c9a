"""What every form of the site has in common."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refused
from core.web import editing


def day_field(label: Any, **given: Any) -> forms.DateField:
    """Days are written 15/11/2025, whatever the browser speaks; 2025-11-15 is read as well."""
    widget = forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off", "data-day": True})
    words = gettext_lazy("Write the day like 15/11/2025.")
    errors = {"required": words, "invalid": words}
    return forms.DateField(label=label, widget=widget, error_messages=errors, **given)


class SiteRenderer(TemplatesSetting):
    """What ``{{ form }}`` and ``{{ form.name.as_field_group }}`` look like."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class SiteField(BoundField):
    @property
    def needed(self) -> str:
        """When it must be filled in: "always", or what the style sheet calls the case; or ""."""
        return (
            "always" if self.field.required else getattr(self.form, "needed", {}).get(self.name, "")
        )


class PlainForm(forms.Form):
    """Labels above, errors beside, nothing in placeholders; looks like the rest of the site."""

    use_required_attribute = False
    bound_field_class = SiteField
    needed: Mapping[str, str] = {}
    """Fields that a service asks for, and when (``SiteField.needed``)."""
    outcome: Any = None
    """What the call of ``saved`` returned."""
    refused: Refused | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # A browser cuts what is pasted without a word; the form tells how much is too much.
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "form-select"
                if isinstance(field, forms.ChoiceField) and not hasattr(field, "queryset"):
                    offered: Any = field.choices
                    field.choices = [(value, capfirst(label)) for value, label in offered]
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
        """Call ``save`` if the form is valid. Returns False if it is not or was refused; the form
        then says why."""
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
        """HTTP status of the answer that shows the form."""
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


class EditForm(PlainForm):
    """Fields of a new or existing row; ``layout`` names them line by line.

    ``seen`` is the stamp of the row that the form was made from. If somebody else has changed the
    row, the form keeps what was typed, ``saved_meanwhile`` tells the stored values that differ, and
    the person may save once more.
    """

    layout: Sequence[Sequence[str]] = ()
    edits: Sequence[str] = ()
    """The row's fields that the form changes, as its service names them."""
    worked_out: Sequence[str] = ()
    """Those that may be left empty, as they follow from another field."""
    saved_meanwhile: Sequence[tuple[str, str]] = ()

    def __init__(self, *args: Any, row: models.Model, **kwargs: Any) -> None:
        self.row = row
        initial = {**_stored(row, self.edits), **kwargs.get("initial", {})}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.seen = editing.stamp(row, self.edits) if row.pk else ""
        if self.is_bound:
            self.seen = str(self.data.get("seen", ""))

    def lines(self) -> Iterator[list[forms.BoundField]]:
        for line in self.layout:
            yield [self[name] for name in line if name in self.fields]

    def add_faults(self, refused: Refused) -> None:
        super().add_faults(refused)
        if refused.status == HTTPStatus.PRECONDITION_FAILED:
            self._show_stored()

    def _show_stored(self) -> None:
        row = type(self.row)._default_manager.get(pk=self.row.pk)
        self.seen = editing.stamp(row, self.edits)
        stored = _stored(row, self.edits)
        self.saved_meanwhile = [
            (str(field.label), _shown(row, name))
            for name, field in self.fields.items()
            if name in stored
            and (self[name].data or name not in self.worked_out)
            and field.has_changed(stored[name], self[name].data)
        ]


def _stored(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """What the row holds, as initial values of a form."""
    found = {}
    for name in names:
        field = row._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            found[name] = list(getattr(row, name).all()) if row.pk else []
        elif isinstance(field, models.Field):
            found[name] = getattr(row, field.attname)
    return found


def _shown(row: models.Model, name: str) -> str:
    """A stored value as a reader wants it."""
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "all"):
        return ", ".join(map(str, value.all())) or "–"
    if hasattr(value, "strftime"):
        return date_format(value, "TIME_FORMAT" if hasattr(value, "minute") else "DATE_FORMAT")
    return "–" if value in (None, "") else str(value)
