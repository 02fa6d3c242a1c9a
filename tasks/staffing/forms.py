"""Who takes over the work of somebody who leaves, or of an agency that is merged."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.web.forms import PlainForm, day_field
from provinces.models import Agency


class HandOverForm(PlainForm):
    """``successor`` becomes a User; the service decides whether they may take over."""

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


class MergeForm(PlainForm):
    """``successor`` becomes an Agency."""

    successor = forms.ModelChoiceField(
        label=_("Merged into"),
        queryset=Agency.objects.none(),
        to_field_name="code",
        empty_label="–",
    )
    merged_on = day_field(
        _("From the day"), help_text=_("The day the decision takes effect; today or earlier.")
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("successor", agencies)
