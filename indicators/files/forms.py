"""What the sender of a table is asked: which column is what, and what its names mean."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from core.calendar.period_words import read_period
from core.web.forms import PlainForm
from indicators.files.naming import Codes, load_codes
from indicators.files.shape import HEADS, NEEDED, OLD, SHOWN, STORED
from indicators.models import Indicator
from indicators.recording.rules import NEW_BASE, OLD_BASE
from provinces.area_names import COMMUNE, PROVINCE

LABELS = {
    "indicator": _("Indicator"),
    "area": _("Area"),
    "period": _("Period"),
    "value": _("Value"),
    "value_qualifier": _("Sign before the value"),
    "rank": _("Rank"),
    "rank_of": _("Ranked among"),
    "obs_status": _("Status of the figure"),
    "published_on": _("Published on"),
    "base": _("How many provinces"),
    "unit": _("Unit"),
    "source": _("Source"),
    "source_url": _("Address of the source"),
    "note": _("Note"),
}
_SHOWN = 60
_OR_FOR_ALL = ("indicator", "area", "period")
"""Said by a column, or once for all figures."""
_SELECT = {"class": "form-select"}
_WAYS = ("decimal", "percent", "is_share", "takes_formulas", "level")
"""How figures and names are written."""
_QUESTIONS = {"is_share": "share", "takes_formulas": "formulas", "all-base": "base"}
"""As ``ImportJob.found`` calls what a field answers, where that is another word."""
_NONE = ("", "–")
_SIGNS = [_NONE, (",", "1.044,7"), (".", "1,044.7")]
_SHARES = [_NONE, ("yes", _("shares of 1: 0.145 is 14.5%")), ("no", _("as they stand"))]
_YES_NO = {True: "yes", False: "no"}


class LayoutForm(PlainForm):
    """``found``: as ``ImportJob.found`` keeps it."""

    def __init__(self, *args: Any, found: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found, self._shape = found, found["shape"]
        self._keys = {f"name-{at}": key for at, (key, *_) in enumerate(found["names"])}
        if found["sheets"]:
            names = [found["sheet"], *(name for name, _hidden in found["sheets"])]
            self._choose("sheet", _("Sheet"), [(name, name) for name in names], found["sheet"])
        if self._shape["spread"]:
            self.fields["is_spread"] = forms.BooleanField(
                label=_("The figures stand in columns of periods or areas"),
                required=False,
                initial=self._shape["is_spread"],
            )
        heads = [
            (str(at), f"{get_column_letter(at + 1)}: {head[:_SHOWN]}") for at, head in self._heads
        ]
        for key in HEADS:
            at = self._shape["columns"].get(key, "")
            self._choose(f"column-{key}", LABELS[key], [_NONE, *heads], str(at))
            if key in _OR_FOR_ALL:
                self.fields[f"column-{key}"].help_text = _("Needed where it is not said for all.")
        self.needed = {} if self._shape["is_spread"] else {"column-value": "always"}
        indicators = [_NONE, *((one.code, one.name) for one in Indicator.objects.all())]
        said = self._shape["constants"]
        self._choose("all-indicator", LABELS["indicator"], indicators, said.get("indicator", ""))
        for key in ("area", "period"):
            self._type(
                f"all-{key}", LABELS[key], said.get(key, ""), "areas" if key == "area" else ""
            )
        bases = [_NONE, *((str(base), str(base)) for base in (OLD_BASE, NEW_BASE))]
        self._choose("all-base", LABELS["base"], bases, said.get("base", ""))
        self._ask_how_it_is_written()
        for name, (key, text, _times, offers) in zip(self._keys, found["names"], strict=True):
            known = self._shape["names"].get(key, "")
            self._type(name, text[:_SHOWN], known, f"{key.partition(':')[0]}s")
            if offers:
                words = _("It may be: %(names)s.") % {"names": "; ".join(offers)}
                self.fields[name].help_text = words

    def _ask_how_it_is_written(self) -> None:
        found, shape = self._found, self._shape
        if found["example"]:
            self._choose("decimal", _("Numbers look like"), _SIGNS, shape["decimal"])
        if found["percent"]:
            number = found["percent"].rstrip("% ")
            as_shown = _("as they are shown: %(text)s is %(number)s")
            shown = (SHOWN, as_shown % {"text": found["percent"], "number": number})
            stored = (STORED, _("as they are stored: 0.145 for 14.5%"))
            now = shape["percent"] or ("" if "percent" in found["questions"] else SHOWN)
            self._choose("percent", _("Cells in percent are taken"), [_NONE, shown, stored], now)
        if found["shares"] or shape["is_share"] is not None:
            now = _YES_NO.get(shape["is_share"], "")
            self._choose("is_share", _("The figures in % are"), _SHARES, now)
        if found["stored"]:
            take = _("the stored value is taken, such as %(value)s") % {"value": found["stored"]}
            ways = [_NONE, ("yes", take), ("no", _("their rows are refused"))]
            now = _YES_NO.get(shape["takes_formulas"], "")
            self._choose("takes_formulas", _("Of formulas"), ways, now)
        if found["short"] or found["is_mixed"] or shape["level"]:
            levels = [_NONE, (PROVINCE, _("of provinces")), (COMMUNE, _("of communes"))]
            self._choose("level", _("Names and codes of areas are"), levels, shape["level"])

    @property
    def _heads(self) -> list[tuple[int, str]]:
        return [(at, head or "–") for at, head in enumerate(self._shape["header"])]

    def _choose(self, name: str, label: Any, choices: list[Any], initial: str) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=choices,
            required=False,
            initial=initial,
            widget=forms.Select(attrs=_SELECT),
        )

    def _type(self, name: str, label: Any, initial: str, offers: str) -> None:
        attrs = {
            "class": "form-control",
            "autocomplete": "off",
            **({"list": offers} if offers else {}),
        }
        self.fields[name] = forms.CharField(
            label=label,
            required=False,
            max_length=200,
            initial=initial,
            widget=forms.TextInput(attrs=attrs),
        )

    @cached_property
    def codes(self) -> Codes:
        return load_codes()

    def named(self, prefix: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(prefix)]

    @property
    def main_columns(self) -> list[forms.BoundField]:
        return [self[f"column-{key}"] for key in (*NEEDED, "value")]

    @property
    def other_columns(self) -> list[forms.BoundField]:
        main = {field.name for field in self.main_columns}
        return [field for field in self.named("column-") if field.name not in main]

    @property
    def for_all(self) -> list[forms.BoundField]:
        return self.named("all-")

    @property
    def unknown(self) -> list[forms.BoundField]:
        return self.named("name-")

    @property
    def ways(self) -> list[forms.BoundField]:
        return [self[name] for name in _WAYS if name in self.fields]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._check_columns(given)
        if (text := given.get("all-period")) and not read_period(text):
            self.add_error("all-period", _("This is no period; write 2025, Q3/2025 or 10/2025."))
        named = {"all-area": "area:", **self._keys}
        for name, key in named.items():
            if (text := given.get(name)) and not self._code(key, text):
                self.add_error(name, self._unknown(key, text))
        for key in (*_WAYS, "all-base"):
            if _QUESTIONS.get(key, key) in self._found["questions"] and not given.get(key):
                self.add_error(key, _("Choose one."))
        return given

    def _unknown(self, key: str, text: str) -> str:
        if key.startswith("indicator:"):
            return gettext("No indicator is called so.")
        if offers := self.codes.areas.offers(text):
            words = gettext("It may be several, so write the code: %(names)s.")
            return words % {"names": "; ".join(offers)}
        return gettext("No area is called so.")

    def _check_columns(self, given: Mapping[str, Any]) -> None:
        used = [at for key in HEADS if (at := given.get(f"column-{key}"))]
        for key in HEADS:
            if used.count(given.get(f"column-{key}")) > 1:
                self.add_error(f"column-{key}", _("This column is chosen twice."))
        is_spread = bool(given.get("is_spread"))
        for key in NEEDED:
            heads = self._shape["spread"].values()
            in_heads = is_spread and all(key in head for head in heads)
            if not (given.get(f"column-{key}") or given.get(f"all-{key}") or in_heads):
                self.add_error(f"column-{key}", _("Choose its column, or one for the whole file."))
        if not (is_spread or given.get("column-value") or given.get("column-rank")):
            self.add_error("column-value", _("Choose the column that holds it."))

    def _code(self, key: str, text: str) -> str:
        if key.startswith("indicator:"):
            return self.codes.indicator(text)
        is_old = self.cleaned_data.get("all-base") == OLD
        return self.codes.areas.find(text, is_old=is_old)

    def answers(self) -> dict[str, Any]:
        given = self.cleaned_data
        constants = {
            "indicator": given["all-indicator"],
            "area": self._code("area:", given["all-area"]) if given["all-area"] else "",
            "period": read_period(given["all-period"]) if given["all-period"] else "",
            "base": given["all-base"],
        }
        said = {key: given[f"column-{key}"] for key in HEADS}
        named = {
            key: self._code(key, given[name]) for name, key in self._keys.items() if given[name]
        }
        return {
            "sheet": given.get("sheet", ""),
            "heads_from": self._found.get("heads_from", ""),
            "columns": {key: int(at) for key, at in said.items() if at},
            "is_spread": bool(given.get("is_spread")),
            "constants": {key: code for key, code in constants.items() if code and not said[key]},
            "decimal": given.get("decimal", self._shape["decimal"]),
            "level": given.get("level", self._shape["level"]),
            "is_share": given["is_share"] == "yes" if given.get("is_share") else None,
            "percent": given.get("percent", self._shape["percent"]),
            "takes_formulas": given.get("takes_formulas") == "yes"
            if given.get("takes_formulas")
            else None,
            "names": {**self._shape["names"], **named},
        }
