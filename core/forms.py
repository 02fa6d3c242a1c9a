"""What every form of the site has in common."""

from http import HTTPStatus
from typing import Any

from django import forms

from core.errors import Refused


class PlainForm(forms.Form):
    """Labels above, errors beside, nothing in placeholders; looks like the rest of the site."""

    use_required_attribute = False
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "form-select"
            elif isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "form-check-input"
            elif not isinstance(field.widget, forms.RadioSelect | forms.HiddenInput):
                field.widget.attrs["class"] = "form-control"

    def add_faults(self, refused: Refused) -> None:
        """Each fault beside its field, the others on top."""
        if refused.status != HTTPStatus.BAD_REQUEST:
            self.status = refused.status
        for fault in refused.faults:
            self.add_error(fault.field if fault.field in self.fields else None, str(fault.detail))
