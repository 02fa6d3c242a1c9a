"""The form of a proposal and of its answer."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.web.forms import EditForm, day_field
from provinces.models import Agency, Area
from tasks.models import Proposal
from tasks.proposals.services import PROPOSAL_FIELDS

_MOST = 20_000


def _text(label: Any, *, required: bool = False) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, widget=area, max_length=_MOST, required=required)


class ProposalForm(EditForm):
    edits = PROPOSAL_FIELDS
    layout = (
        ("text_vi", "text_en"),
        ("addressee", "addressee_text"),
        ("letter_number", "sent_on"),
        ("answer", "answered_on"),
    )

    text_vi = _text(_("Text in Vietnamese"), required=True)
    text_en = _text(_("Text in English"))
    addressee = forms.ModelChoiceField(
        label=_("Agency that is to act"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label="–",
    )
    addressee_text = forms.CharField(
        label=_("or its name as given"),
        required=False,
        max_length=200,
        help_text=_("Needed where no agency is chosen."),
    )
    letter_number = forms.CharField(label=_("Number of the letter"), required=False, max_length=80)
    sent_on = day_field(_("Sent on"), required=False)
    answer = _text(_("Answer"))
    answered_on = day_field(_("Answered on"), required=False)

    def __init__(self, *args: Any, row: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.choose("addressee", addressees(row.area))


def addressees(area: Area) -> QuerySet[Agency]:
    """The agencies of the area and of the areas above it, not those of its communes."""
    above = area.path.strip("/").split("/")
    return Agency.objects.filter(area__code__in=above, successor=None)
