"""Which agency takes over another, and from when."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm
from provinces.models import Agency


class MergeForm(PlainForm):
    """``successor`` becomes an Agency."""

    successor = forms.ModelChoiceField(
        label=_("Merged into"), queryset=Agency.objects.none(), to_field_name="code",
        empty_label="–", widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    merged_on = forms.DateField(
        label=_("From the day"),
        help_text=_("The day the decision takes effect; today or earlier."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["successor"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = agencies
