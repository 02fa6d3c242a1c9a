"""The text of a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.forms import EditForm
from reports.models import ReportDraft


class TextForm(EditForm):
    layout = [[name] for name in ReportDraft.WRITTEN]
    edits = ReportDraft.WRITTEN

    before = forms.CharField(
        label=_("before the figures"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "A figure is written {so_nhiem_vu}, {hoan_thanh}, {trong_han}, {qua_han}, {ty_le} or "
            "{ty_le_den_han}; it is always that of the tables."
        ),
    )
    between = forms.CharField(
        label=_("after the figures"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    after = forms.CharField(
        label=_("at the end"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
