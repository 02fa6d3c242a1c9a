"""What all figures that are typed into one grid have in common."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.calendar import clock
from core.web.forms import PlainForm, day_field
from indicators.models import ObsStatus
from indicators.recording.rules import LONGEST_SOURCE

COMMA, POINT = "comma", "point"


class CommonForm(PlainForm):
    """A missing figure needs its own reason, so the grid offers every other status."""

    published_on = day_field(_("Published on"))
    obs_status = forms.ChoiceField(
        label=_("Status"), choices=[one for one in ObsStatus.choices if one[0] != ObsStatus.MISSING]
    )
    source = forms.CharField(label=_("Source"), max_length=LONGEST_SOURCE, required=False)
    source_url = forms.CharField(label=_("Address of the source"), max_length=500, required=False)
    notation = forms.ChoiceField(
        label=_("Numbers are written"), choices=[(COMMA, "1.234,5"), (POINT, "1,234.5")]
    )

    @staticmethod
    def usual() -> dict[str, object]:
        return {
            "published_on": clock.today(),
            "obs_status": ObsStatus.FINAL,
            "notation": POINT if (get_language() or "").startswith("en") else COMMA,
        }

    def common(self) -> dict[str, object]:
        """As ``save_cells`` takes it."""
        given = self.cleaned_data
        return {
            "published_on": given["published_on"].isoformat(),
            "obs_status": given["obs_status"],
            "source": given["source"],
            "source_url": given["source_url"],
            "comma": given["notation"] == COMMA,
        }

    def wrong(self) -> str:
        """In the words that every cell then says."""
        found = self.errors.items()
        said = (f"{self[name].label}: {' '.join(map(str, texts))}" for name, texts in found)
        return " ".join(said)
