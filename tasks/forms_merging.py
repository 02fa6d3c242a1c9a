"""Which agency takes over another, and from when."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.forms import PlainForm, day_field
from provinces.models import Agency


class MergeForm(PlainForm):
    """``successor`` becomes an Agency."""

    successor = forms.ModelChoiceField(
        label=_("Merged into"), queryset=Agency.objects.none(), to_field_name="code",
        empty_label="–",
    )  # fmt: skip
    merged_on = day_field(
        _("From the day"), help_text=_("The day the decision takes effect; today or earlier.")
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("successor", agencies)
