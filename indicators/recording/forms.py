"""The form of a reading. The services say what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.text.numbers import SentNumber, with_point
from core.web.forms import PlainForm, day_field
from indicators.models import ObsStatus


def _text(label: Any, longest: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=False, **given)


class ReadingForm(PlainForm):
    """A reading of one indicator, in an area that was chosen before."""

    needed: Mapping[str, str] = {"period": "always", "rank": "figure", "value": "figure"}
    area = forms.CharField(widget=forms.HiddenInput)
    period = _text(_("Period"), 40)
    value = _text(_("Value"), 41)
    rank = _text(_("Rank"), 9)
    rank_of = _text(_("among"), 9)
    base = forms.ChoiceField(
        label=_("Provinces counted"),
        required=False,
        choices=[("", "–"), ("63", "63"), ("34", "34")],
        help_text=_("Which provinces the figure speaks of: 63 before July 2025, 34 since."),
    )
    obs_status = forms.ChoiceField(label=_("Status"), choices=ObsStatus)
    published_on = day_field(_("Published on"), help_text=_("Today or earlier."))
    source = _text(_("Source"), 300)
    source_url = _text(_("Address of the source"), 500)
    note = _text(
        _("Note"),
        2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the figure is missing or withdrawn."),
    )

    def document(self, indicator: str) -> dict[str, object]:
        """For the services: None for an empty field, 14.02 for "14,02"."""
        given = self.cleaned_data
        found: dict[str, object] = {"indicator": indicator, "obs_status": given["obs_status"]}
        for name in ("area", "period", "source", "source_url", "note"):
            found[name] = given[name]
        found["value"] = with_point(given["value"]) or None
        for name in ("rank", "rank_of", "base"):
            found[name] = SentNumber(given[name]) if given.get(name) else None
        found["published_on"] = given["published_on"].isoformat()
        return found
