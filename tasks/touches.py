"""Which kept pages a change in this floor concerns: those of its province, and of the country."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.apps import apps
from django.db import models

from core import staleness
from core.queue import recalculation
from core.queue.recalculation import Subjects
from core.staleness import Subject, earliest
from provinces.models import Area
from provinces.models.places import province_code
from tasks.completion.inputs import CountCell
from tasks.models import Assignment

WORK = "work"
"""Its keys are codes of provinces; NATION for what the country gave itself."""
NATION = "VN"


def province_key(path: str) -> str:
    """ "VN/40/16654/" → "40"; NATION for the nation."""
    return province_code(path) or NATION


def register() -> None:
    tables = list(apps.get_app_config("tasks").get_models())
    staleness.register(WORK, tables)
    for table in tables:
        staleness.register_rows(table, _of_row)
    recalculation.register_touches("assignment", _of_assignments)
    recalculation.register_touches("cell", _of_cells)


def _of_row(row: models.Model) -> Iterable[Subject]:
    """All of the country's work, for what belongs to no single assignment."""
    owner = getattr(row, "report", row)
    one = getattr(owner, "assignment", owner)
    return [(WORK, province_key(one.area.path) if isinstance(one, Assignment) else "")]


def _of_assignments(subjects: Subjects) -> Mapping[Subject, date]:
    rows = Assignment.objects.filter(pk__in=[int(key) for key in subjects])
    paths = {str(pk): path for pk, path in rows.values_list("pk", "area__path")}
    return _of_places((paths.get(key), since) for key, since in subjects.items())


def _of_cells(subjects: Subjects) -> Mapping[Subject, date]:
    cells = {key: CountCell(*map(int, key.split("/"))) for key in subjects}
    areas = Area.objects.in_bulk({cell.area for cell in cells.values()})
    return _of_places((areas[cells[key].area].path, since) for key, since in subjects.items())


def _of_places(changed: Iterable[tuple[str | None, date]]) -> Mapping[Subject, date]:
    return earliest(((WORK, province_key(path) if path else ""), since) for path, since in changed)
