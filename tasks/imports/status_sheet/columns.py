"""The columns of the Excel file of assignments, the same out and in."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.tables.spreadsheets import Column
from core.text.vietnamese import fold
from tasks.models import StatusReport
from tasks.states import State

COLUMNS = (
    Column("id", _("Row code (leave as it is)"), 12),
    Column("version", _("Version (leave as it is)"), 12),
    Column("plan", _("Document"), 16),
    Column("number", _("Number of the task"), 8),
    Column("title", _("Task"), 60),
    Column("agency", _("Agency"), 28),
    Column("due", _("Deadline"), 14),
    Column("status", _("Status by its deadline"), 26),
    Column("state", _("State"), 18),
    Column("percent", _("Percent done"), 12),
    Column("effective_on", _("Holds from"), 14),
    Column("unchanged", _("No change in this period"), 14),
    Column("result", _("Result"), 50),
    Column("evidence_number", _("Number and symbol of the document"), 22),
    Column("cause_kind", _("Kind of cause"), 14),
    Column("cause", _("Cause"), 40),
    Column("remedy", _("Remedy"), 40),
    Column("expected_on", _("Day now expected"), 14),
)
REASON = Column("reason", _("Why it was not taken"), 60)
TYPED = (
    "state",
    "percent",
    "effective_on",
    "unchanged",
    "result",
    "evidence_number",
    "cause_kind",
    "cause",
    "remedy",
    "expected_on",
)
"""What people fill in; the columns before only say which row it is."""
NEEDED = ("id", "version")


def keys_of(header: Sequence[str]) -> list[str]:
    """The column's key for each head, in Vietnamese or English; "" for one that is not ours."""
    known = {fold(head): column.key for column, head in _all_heads()}
    return [known.get(fold(head), "") for head in header]


def _all_heads() -> Iterator[tuple[Column, str]]:
    for language in ("en", "vi"):
        with override(language):
            for column in (*COLUMNS, REASON):
                yield column, str(column.label)


def words_of(choices: "type[State] | type[StatusReport.Fault]") -> Mapping[str, str]:
    """Folded words of both languages → the value they mean."""
    found: dict[str, str] = {}
    for language in ("en", "vi"):
        with override(language):
            found |= {fold(str(label)): value for value, label in choices.choices}
    return found


def word_of(choices: "type[State] | type[StatusReport.Fault]", value: str) -> str:
    """The word of the glossary, in Vietnamese; "" for no value."""
    with override("vi"):
        return str(dict(choices.choices).get(value, ""))
