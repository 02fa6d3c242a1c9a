"""What the sender of a table is asked: which column is what, and what its names mean."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.calendar.period_words import read_period
from core.tables.forms import choice_field, column_field, name_field
from core.web.forms import PlainForm
from indicators.files.naming import Codes, load_codes
from indicators.files.shape import COLUMNS, NEEDED, OLD, SHOWN, STORED, Shape
from indicators.models import Indicator
from indicators.recording.rules import NEW_BASE, OLD_BASE
from provinces.area_names import COMMUNE, PROVINCE

_LABELS = {column.key: column.label for column in COLUMNS}
_MAIN = (*NEEDED, "value")
_WAYS = ("decimal", "percent", "is_share", "takes_formulas", "level")
"""How figures and names are written."""
_QUESTIONS = {"is_share": "share", "takes_formulas": "formulas", "all-base": "base"}
"""As ``ImportJob.found`` calls what a field answers, where that is another word."""
_SIGNS = ((",", "1.044,7"), (".", "1,044.7"))
_SHARES = (("yes", _("shares of 1: 0.145 is 14.5%")), ("no", _("as they stand")))
_LEVELS = ((PROVINCE, _("of provinces")), (COMMUNE, _("of communes")))
_YES_NO = {True: "yes", False: "no"}


class LayoutForm(PlainForm):
    """``found``: as ``ImportJob.found`` keeps it."""

    def __init__(self, *args: Any, found: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What was found before an upgrade lacks what came with it.
        self._found = found = {"percent": "", "stored": "", "is_mixed": False, **found}
        self._shape = {**asdict(Shape([], 0, {})), **found["shape"]}
        self._keys = {f"name-{at}": key for at, (key, *_) in enumerate(found["names"])}
        shape, said, fields = self._shape, self._shape["constants"], self.fields
        if found["sheets"]:
            names = [found["sheet"], *(name for name, _hidden in found["sheets"])]
            sheets = zip(names, names, strict=True)
            fields["sheet"] = choice_field(_("Sheet"), sheets, found["sheet"], none=())
        if shape["spread"]:
            fields["is_spread"] = forms.BooleanField(
                label=_("The figures stand in columns of periods or areas"),
                required=False,
                initial=shape["is_spread"],
            )
        for column in COLUMNS:
            at = str(shape["columns"].get(column.key, ""))
            hint = _("Needed where it is not said for all.") if column.is_needed else ""
            fields[f"column-{column.key}"] = column_field(
                column.label, shape["header"], initial=at, help_text=hint
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
        self._ask_how_it_is_written()
        for name, (key, text, _times, *offers) in zip(self._keys, found["names"], strict=True):
            known = shape["names"].get(key, "")
            fields[name] = name_field(text, f"{key.partition(':')[0]}s", known)
            if offers and offers[0]:
                words = _("It may be: %(names)s.") % {"names": "; ".join(offers[0])}
                fields[name].help_text = words

    def _ask_how_it_is_written(self) -> None:
        found, shape, fields = self._found, self._shape, self.fields
        if found["example"]:
            fields["decimal"] = choice_field(_("Numbers look like"), _SIGNS, shape["decimal"])
        if found["percent"]:
            number = found["percent"].rstrip("% ")
            as_shown = _("as they are shown: %(text)s is %(number)s")
            shown = (SHOWN, as_shown % {"text": found["percent"], "number": number})
            stored = (STORED, _("as they are stored: 0.145 for 14.5%"))
            now = shape["percent"] or ("" if "percent" in found["questions"] else SHOWN)
            label = _("Cells in percent are taken")
            fields["percent"] = choice_field(label, (shown, stored), now)
        if found["shares"] or shape["is_share"] is not None:
            now = _YES_NO.get(shape["is_share"], "")
            fields["is_share"] = choice_field(_("The figures in % are"), _SHARES, now)
        if found["stored"]:
            take = _("the stored value is taken, such as %(value)s") % {"value": found["stored"]}
            ways = (("yes", take), ("no", _("their rows are refused")))
            now = _YES_NO.get(shape["takes_formulas"], "")
            fields["takes_formulas"] = choice_field(_("Of formulas"), ways, now)
        if found["short"] or found["is_mixed"] or shape["level"]:
            label = _("Names and codes of areas are")
            fields["level"] = choice_field(label, _LEVELS, shape["level"])

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
        said = self._said(given)
        named = {
            key: self._code(key, given[name]) for name, key in self._keys.items() if given[name]
        }
        return {
            "sheet": given.get("sheet", ""),
            "heads_from": self._found.get("heads_from", ""),
            "columns": said,
            "is_spread": bool(given.get("is_spread")),
            "constants": {key: code for key, code in constants.items() if code and key not in said},
            "decimal": given.get("decimal", self._shape["decimal"]),
            "level": given.get("level", self._shape["level"]),
            "is_share": given["is_share"] == "yes" if given.get("is_share") else None,
            "percent": given.get("percent", self._shape["percent"]),
            "takes_formulas": given.get("takes_formulas") == "yes"
            if given.get("takes_formulas")
            else None,
            "names": {**self._shape["names"], **named},
        }
