"""The filled-in Excel file that comes back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import SheetForm


class ImportForm(SheetForm):
    file = forms.FileField(
        label=_("Excel file"),
        help_text=_("The file you took from your list, up to 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
