"""An Excel form made for a document's list of tasks; filled in it is taken without a question."""

from dataclasses import replace

from core.tables.writer import write_columns
from provinces.models import Plan
from tasks.imports.task_list.columns import COLUMNS
from tasks.imports.task_list.names import agencies_by_name, spelling

_ROWS = 500
_SHOWN = ("number", "group", "phase", "title", "product", "lead", "coordinating", "due")


def form_of(plan: Plan) -> bytes:
    """With the document's groups and phases and the agencies of its area to choose from (4
    queries)."""
    numbered = {
        "group": [f"{one.number}. {one.name_vi}" for one in plan.groups.all()],
        "phase": [f"{one.number}. {one.name_vi}" for one in plan.phases.all()],
    }
    called = agencies_by_name(plan)
    agencies = plan.area.agencies.filter(successor=None).order_by("protocol_order", "name_key")
    known = [one.name_vi for one in agencies if called.get(spelling(one.name_vi)) == one]
    words = {**numbered, "lead": known, "coordinating": known}
    by_key = {column.key: column for column in COLUMNS}
    columns = [
        replace(by_key[key], words=words.get(key, ()), is_open=key not in numbered)
        for key in _SHOWN
        if key != "phase" or numbered["phase"]
    ]
    rows = ([None] * len(columns) for _row in range(_ROWS))
    return write_columns("Nhiệm vụ", columns, rows, is_form=True)
