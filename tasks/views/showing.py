"""Values of a change as people read them."""

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tasks.exchange.columns import COLUMNS
from tasks.models import State, StatusReport
from tasks.services.importing import Change

_LABELS = {column.key: column.label for column in COLUMNS}
_WORDS = {"state": State, "cause_kind": StatusReport.Fault}


def shown_changes(changes: Iterable[Change]) -> list[tuple[str, str, str]]:
    """(column, before, after) of each."""
    return [
        (str(_LABELS[one.key]), _shown(one.key, one.before), _shown(one.key, one.after))
        for one in changes
    ]


def _shown(key: str, value: object) -> str:
    if value in ("", None, False):
        return "–"
    if isinstance(value, date):
        return date_format(value)
    if value is True:
        return _("yes")
    if key in _WORDS:
        return str(dict(_WORDS[key].choices)[str(value)])
    return f"{value}%" if key == "percent" else str(value)
