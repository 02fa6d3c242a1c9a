"""The file of readings that somebody chooses."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import PlainForm
from indicators.models import ImportJob


class FileForm(PlainForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (UTF-8) or Excel .xlsx, up to 50 MB; in Excel at most 250,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    mode = forms.ChoiceField(
        label=_("Where a row is refused"),
        required=False,
        initial=ImportJob.Mode.ACCEPT_VALID,
        choices=[
            (ImportJob.Mode.ACCEPT_VALID, _("record the valid rows")),
            (ImportJob.Mode.ALL_OR_NOTHING, _("record nothing of the file")),
        ],
    )

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or ImportJob.Mode.ACCEPT_VALID
