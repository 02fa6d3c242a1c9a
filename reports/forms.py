"""The text of a report, when reports close, and the signed paper."""

from collections.abc import Container
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from core.web.forms import EditForm, PlainForm, day_field
from reports.content import charts
from reports.models import PeriodLength, ReportDraft, ReportingSchedule
from reports.periods.services import SCHEDULE_FIELDS

_MOST_ADDRESSES = 20


class ScheduleForm(EditForm):
    """``kinds``: those that it may be for."""

    layout = [["kind", "closing_day", "closing_time"], ["months_early", "moves"], ["mail_to"]]
    edits = SCHEDULE_FIELDS

    kind = forms.ChoiceField(label=_("Reporting period"), choices=PeriodLength)
    closing_day = forms.IntegerField(
        label=_("Closing day"),
        min_value=1,
        max_value=31,
        help_text=_("Of the week (Monday is 1) or of the month; 31 is the last of any month."),
    )
    closing_time = forms.TimeField(
        label=_("Closing time"),
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
        help_text=_("For example 16:00."),
    )
    months_early = forms.IntegerField(
        label=_("Months before the last one"),
        min_value=0,
        max_value=2,
        help_text=_("0 closes in the period's last month, 1 in the month before."),
    )
    moves = forms.ChoiceField(
        label=_("On a day off"), choices=ReportingSchedule.Moves, required=False
    )
    mail_to = forms.CharField(
        label=_("Sent by e-mail to"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One address a line. Each gets the Word file once, when a report is frozen."),
    )

    def __init__(self, *args: Any, kinds: Container[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(value, label) for value, label in kind.choices if value in kinds]

    def clean_mail_to(self) -> str:
        """One address a line, each once."""
        addresses = list(dict.fromkeys(self.cleaned_data["mail_to"].replace(",", " ").split()))
        for one in addresses:
            try:
                validate_email(one)
            except ValidationError as error:
                detail = _("“%(text)s” is no e-mail address.")
                raise ValidationError(detail, params={"text": one}) from error
        if len(addresses) > _MOST_ADDRESSES:
            raise ValidationError(_("At most 20 addresses."))
        return "\n".join(addresses)


class TextForm(EditForm):
    layout = [[name] for name in ReportDraft.CHOSEN]
    edits = ReportDraft.CHOSEN

    before = forms.CharField(
        label=_("Before the figures"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "A figure is written {so_nhiem_vu}, {hoan_thanh}, {trong_han}, {qua_han}, {ty_le} or "
            "{ty_le_den_han}; it is always that of the tables."
        ),
    )
    between = forms.CharField(
        label=_("After the figures"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    after = forms.CharField(
        label=_("At the end"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    charts = forms.MultipleChoiceField(
        label=_("Charts"),
        required=False,
        choices=charts.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Put in as pictures; a chart that has nothing to show is left out."),
    )


class SignedForm(PlainForm):
    number = forms.CharField(
        label=_("Number and symbol"), max_length=60, help_text=_("For example 123-BC/VPTU.")
    )
    signed_on = day_field(_("Signed on"))
    scan = forms.FileField(
        label=_("Signed scan"),
        required=False,
        help_text=_("A pdf, png or jpg file; it may follow later."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )
