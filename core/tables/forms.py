"""What the sender of a table is asked: the file, which column is what, what its names mean."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from openpyxl.utils import get_column_letter

from core.tables.reader import SHEET, TAKEN
from core.web.forms import PlainForm

_SHOWN, _LONGEST_SHOWN = 60, 200


def file_field(label: Any, help_text: Any, taken: str = TAKEN) -> forms.FileField:
    """A file of a table; an empty one is refused by its reader, in words of its own."""
    widget = forms.ClearableFileInput(attrs={"accept": taken})
    return forms.FileField(label=label, help_text=help_text, allow_empty_file=True, widget=widget)


class SheetForm(PlainForm):
    """For a ``file`` that is small enough to be read at once."""

    def sent(self) -> tuple[bytes, str]:
        """The content, at most a byte more than is taken, and the name of the file."""
        file = self.cleaned_data["file"]
        return file.read(SHEET.size + 1), file.name


def choice_field(
    label: Any,
    choices: Iterable[tuple[str, Any]],
    initial: str = "",
    none: Sequence[tuple[str, str]] = (("", "–"),),
    **given: Any,
) -> forms.ChoiceField:
    """One of these, or ``none`` of them; with ``coerce`` that is None, else ""."""
    kind = forms.TypedChoiceField if "coerce" in given else forms.ChoiceField
    widget = forms.Select(attrs={"class": "form-select"})
    offered = [*none, *choices]
    return kind(
        label=label, choices=offered, required=False, initial=initial, widget=widget, **given
    )


def column_field(label: Any, header: Sequence[str], **given: Any) -> forms.ChoiceField:
    """A column of the file by its place, or None; named as Excel names it, from A to BL."""
    columns = [
        (str(at), f"{get_column_letter(at + 1)}: {head[:_SHOWN] or '–'}")
        for at, head in enumerate(header)
    ]
    return choice_field(label, columns, coerce=int, empty_value=None, **given)


def name_field(label: Any, offers: str = "", initial: str = "") -> forms.CharField:
    """Who or what is meant, by any of its names; ``offers``: the list of those that are offered."""
    attrs = {"class": "form-control", "autocomplete": "off", **({"list": offers} if offers else {})}
    return forms.CharField(
        label=str(label)[:_LONGEST_SHOWN],
        required=False,
        max_length=400,
        initial=initial,
        widget=forms.TextInput(attrs=attrs),
    )
