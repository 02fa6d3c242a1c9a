"""What the sender of a table is asked: which column is what, and what its names mean."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.calendar.period_words import read_period
from core.tables.forms import choice_field, column_field, name_field
from core.web.forms import PlainForm
from indicators.files.naming import Codes, load_codes
from indicators.files.shape import COLUMNS, NEEDED
from indicators.models import Indicator
from indicators.recording.rules import NEW_BASE, OLD_BASE

_MAIN = (*NEEDED, "value")
_LABELS = {column.key: column.label for column in COLUMNS}


class LayoutForm(PlainForm):
    """``found``: as ``ImportJob.found`` keeps it."""

    def __init__(self, *args: Any, found: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found, self._shape = found, found["shape"]
        self._keys = {f"name-{at}": name for at, name in enumerate(found["names"])}
        said, fields, shape = self._shape["constants"], self.fields, self._shape
        if found["sheets"]:
            names = [found["sheet"], *(name for name, _hidden in found["sheets"])]
            sheets = [(name, name) for name in names]
            fields["sheet"] = choice_field(
                _("Sheet"), sheets, may_be_none=False, initial=found["sheet"]
            )
        if shape["spread"]:
            fields["is_spread"] = forms.BooleanField(
                label=_("The figures stand in columns of periods or areas"),
                required=False,
                initial=shape["is_spread"],
            )
        for key, label in _LABELS.items():
            hint = _("Needed where it is not said for all.") if key in NEEDED else ""
            fields[f"column-{key}"] = column_field(
                label, shape["header"], initial=str(shape["columns"].get(key, "")), help_text=hint
            )
        self.needed = {} if shape["is_spread"] else {"column-value": "always"}
        indicators = [(one.code, one.name) for one in Indicator.objects.all()]
        bases = [(str(base), str(base)) for base in (OLD_BASE, NEW_BASE)]
        for key, field in {
            "indicator": choice_field(_LABELS["indicator"], indicators),
            "area": name_field(_LABELS["area"], "areas"),
            "period": name_field(_LABELS["period"]),
            "base": choice_field(_LABELS["base"], bases),
        }.items():
            fields[f"all-{key}"], field.initial = field, said.get(key, "")
        if found["example"]:
            signs = [(",", "1.044,7"), (".", "1,044.7")]
            fields["decimal"] = choice_field(
                _("Numbers look like"), signs, initial=shape["decimal"]
            )
        if found["short"]:
            levels = [("province", _("of provinces")), ("commune", _("of communes"))]
            fields["level"] = choice_field(
                _("Codes without zeros are"), levels, initial=shape["level"]
            )
        if found["shares"] or shape["is_share"] is not None:
            ways = [("yes", _("shares of 1: 0.145 is 14.5%")), ("no", _("as they stand"))]
            now = {True: "yes", False: "no"}.get(shape["is_share"], "")
            fields["is_share"] = choice_field(_("The figures in % are"), ways, initial=now)
        for name, (key, text, _times) in self._keys.items():
            known = shape["names"].get(key, "")
            fields[name] = name_field(text, f"{key.partition(':')[0]}s", initial=known)

    @cached_property
    def codes(self) -> Codes:
        return load_codes()

    @property
    def main_columns(self) -> list[forms.BoundField]:
        return [self[f"column-{key}"] for key in _MAIN]

    @property
    def other_columns(self) -> list[forms.BoundField]:
        return [self[f"column-{key}"] for key in _LABELS if key not in _MAIN]

    @property
    def for_all(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("all-")]

    @property
    def unknown(self) -> list[forms.BoundField]:
        return [self[name] for name in self._keys]

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

    def _said(self, given: Mapping[str, Any]) -> dict[str, int]:
        """Field → its column."""
        chosen = {key: given.get(f"column-{key}") for key in _LABELS}
        return {key: at for key, at in chosen.items() if at is not None}

    def _check_columns(self, given: Mapping[str, Any]) -> None:
        said = self._said(given)
        for key, at in said.items():
            if [*said.values()].count(at) > 1:
                self.add_error(f"column-{key}", _("This column is chosen twice."))
        is_spread, heads = bool(given.get("is_spread")), self._shape["spread"].values()
        for key in NEEDED:
            in_heads = is_spread and all(key in head for head in heads)
            if not (key in said or given.get(f"all-{key}") or in_heads):
                self.add_error(f"column-{key}", _("Choose its column, or one for the whole file."))
        if not is_spread and said.keys().isdisjoint(("value", "rank")):
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
        said = self._said(given)
        named = {
            key: self._code(key, given[name])
            for name, (key, _text, _times) in self._keys.items()
            if given[name]
        }
        return {
            "sheet": given.get("sheet", ""),
            "heads_from": self._found.get("heads_from", ""),
            "columns": said,
            "is_spread": bool(given.get("is_spread")),
            "constants": {key: code for key, code in constants.items() if code and key not in said},
            "decimal": given.get("decimal", self._shape["decimal"]),
            "level": given.get("level", self._shape["level"]),
            "is_share": {"yes": True, "no": False}.get(given.get("is_share", "")),
            "names": {**self._shape["names"], **named},
        }
