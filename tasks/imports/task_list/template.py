"""An Excel form made for a document's list of tasks; filled in it is taken without a question."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.tables.columns import Column
from core.tables.writer import write_columns
from provinces.models import Plan
from tasks.imports.task_list.columns import FIELDS
from tasks.imports.task_list.names import agencies_by_name, spelling

_ROWS = 500
_WIDTHS = {"number": 8, "title": 60, "group": 40, "phase": 30, "due": 22}
_WIDTH = 36
_SHOWN = (
    ("number", _("The number that the document gives the task: 1, 2, 3 …")),
    ("group", _("One of the document's groups.")),
    ("phase", _("One of the document's phases.")),
    ("title", _("The task as the document prints it.")),
    ("product", _("What is to be handed in.")),
    ("lead", _("Who leads. Several are parted by semicolons.")),
    ("coordinating", _("Who helps. Several are parted by semicolons.")),
    ("due", _("A day, such as 31/12/2026, or as the document prints it: Quý IV/2026.")),
)


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
    labels: dict[str, str | Promise] = {field.key: field.label for field in FIELDS}
    columns = [
        Column(
            key,
            labels[key],
            _WIDTHS.get(key, _WIDTH),
            words=words.get(key, ()),
            note=note,
            is_open=key not in numbered,
        )
        for key, note in _SHOWN
        if key != "phase" or numbered["phase"]
    ]
    rows = ([None] * len(columns) for _row in range(_ROWS))
    return write_columns("Nhiệm vụ", columns, rows, is_form=True)
