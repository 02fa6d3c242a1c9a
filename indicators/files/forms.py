"""What the sender of a table is asked: which column is what, and what its names mean."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from core.calendar.period_words import read_period
from core.web.forms import PlainForm
from indicators.files.naming import Codes, load_codes
from indicators.files.shape import HEADS, NEEDED
from indicators.models import Indicator
from indicators.recording.rules import NEW_BASE, OLD_BASE

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


class LayoutForm(PlainForm):
    """``found``: as ``ImportJob.found`` keeps it."""

    def __init__(self, *args: Any, found: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found, self._shape = found, found["shape"]
        self._keys = {f"name-{at}": name for at, name in enumerate(found["names"])}
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
            self._choose(f"column-{key}", LABELS[key], [("", "–"), *heads], str(at))
            if key in _OR_FOR_ALL:
                self.fields[f"column-{key}"].help_text = _("Needed where it is not said for all.")
        self.needed = {} if self._shape["is_spread"] else {"column-value": "always"}
        indicators = [("", "–"), *((one.code, one.name) for one in Indicator.objects.all())]
        said = self._shape["constants"]
        self._choose("all-indicator", LABELS["indicator"], indicators, said.get("indicator", ""))
        for key in ("area", "period"):
            self._type(
                f"all-{key}", LABELS[key], said.get(key, ""), "areas" if key == "area" else ""
            )
        bases = [("", "–"), *((str(base), str(base)) for base in (OLD_BASE, NEW_BASE))]
        self._choose("all-base", LABELS["base"], bases, said.get("base", ""))
        if found["example"]:
            signs = [("", "–"), (",", "1.044,7"), (".", "1,044.7")]
            self._choose("decimal", _("Numbers look like"), signs, self._shape["decimal"])
        if found["short"]:
            levels = [("", "–"), ("province", _("of provinces")), ("commune", _("of communes"))]
            self._choose("level", _("Codes without zeros are"), levels, self._shape["level"])
        if found["shares"] or self._shape["is_share"] is not None:
            ways = [
                ("", "–"),
                ("yes", _("shares of 1: 0.145 is 14.5%")),
                ("no", _("as they stand")),
            ]
            now = {True: "yes", False: "no"}.get(self._shape["is_share"], "")
            self._choose("is_share", _("The figures in % are"), ways, now)
        for name, (key, text, _times) in self._keys.items():
            known = self._shape["names"].get(key, "")
            self._type(name, text[:_SHOWN], known, f"{key.partition(':')[0]}s")

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
        return [self[name] for name in ("decimal", "level", "is_share") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._check_columns(given)
        if (text := given.get("all-period")) and not read_period(text):
            self.add_error("all-period", _("This is no period; write 2025, Q3/2025 or 10/2025."))
        if (text := given.get("all-area")) and not self.codes.area(text):
            self.add_error("all-area", _("No area is called so."))
        for name, (key, _text, _times) in self._keys.items():
            if (text := given.get(name)) and not self._code(key, text):
                is_area = key.startswith("area:")
                words = _("No area is called so.") if is_area else _("No indicator is called so.")
                self.add_error(name, words)
        for key in ("level", "decimal", "is_share"):
            if key in self._open and not given.get(key):
                self.add_error(key, _("Choose one."))
        return given

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

    @property
    def _open(self) -> set[str]:
        return {"is_share" if one == "share" else one for one in self._found["questions"]}

    def _code(self, key: str, text: str) -> str:
        find = self.codes.area if key.startswith("area:") else self.codes.indicator
        return find(text)

    def answers(self) -> dict[str, Any]:
        given = self.cleaned_data
        constants = {
            "indicator": given["all-indicator"],
            "area": self.codes.area(given["all-area"]) if given["all-area"] else "",
            "period": read_period(given["all-period"]) if given["all-period"] else "",
            "base": given["all-base"],
        }
        said = {key: given[f"column-{key}"] for key in HEADS}
        named = {
            key: self._code(key, given[name])
            for name, (key, _text, _times) in self._keys.items()
            if given[name]
        }
        return {
            "sheet": given.get("sheet", ""),
            "heads_from": self._found.get("heads_from", ""),
            "columns": {key: int(at) for key, at in said.items() if at},
            "is_spread": bool(given.get("is_spread")),
            "constants": {key: code for key, code in constants.items() if code and not said[key]},
            "decimal": given.get("decimal", self._shape["decimal"]),
            "level": given.get("level", self._shape["level"]),
            "is_share": {"yes": True, "no": False}.get(given.get("is_share", "")),
            "names": {**self._shape["names"], **named},
        }
