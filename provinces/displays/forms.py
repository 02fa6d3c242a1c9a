"""The form of a new screen."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.web.forms import PlainForm
from provinces.models import Area, WallPage


class DisplayForm(PlainForm):
    """``area``: an official code; the caller finds it."""

    name = forms.CharField(
        label=_("Name of the screen"), max_length=120, help_text=_("Where it hangs.")
    )
    area = forms.CharField(
        label=_("Area"), max_length=10, help_text=_("The code of a province, or VN.")
    )
    seconds = forms.IntegerField(label=_("Seconds a page"), min_value=5, max_value=600, initial=20)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="vi")
    pages = forms.MultipleChoiceField(
        label=_("Pages"),
        choices=WallPage.choices,
        initial=WallPage.values,
        help_text=_("Hold Ctrl to choose several."),
        widget=forms.SelectMultiple(attrs={"size": len(WallPage.choices)}),
    )

    def clean_area(self) -> Area:
        code = self.cleaned_data["area"].strip()
        above_communes = [Area.Level.NATION, Area.Level.PROVINCE]
        area = Area.objects.active().filter(code=code, level__in=above_communes).first()
        if area is None:
            raise forms.ValidationError(
                _("There is no province with the code “%(code)s”."), params={"code": code}
            )
        return area

    def clean_pages(self) -> list[Any]:
        """In the order of the wall, whatever was clicked first."""
        return [page for page in WallPage.values if page in self.cleaned_data["pages"]]
