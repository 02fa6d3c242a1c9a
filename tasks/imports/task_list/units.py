"""Classes of units that a document names at once, and the agencies in each."""

import re
from collections.abc import Sequence

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from core.text.vietnamese import fold
from provinces.models import Agency, Area, Plan
from tasks.planning.fan_out import answerable

_SIGNS = re.compile(r"[^a-z]+")
_OF_COMMUNES = frozenset({"xa", "phuong", "thi", "tran", "dac", "khu", "dia"})
_OF_DEPARTMENTS = frozenset({"so", "nganh", "doan", "the"})
_AROUND = (
    "ubnd uy nhan dan hdnd cac cap tat ca toan bo co quan don vi lien va tren ban tinh thanh pho "
    "truc thuoc khac khoi mttq to chuc"
)
"""Words beside those, which name no unit themselves."""
_ALL = frozenset({"cac", "cap"})


class UnitClass(TextChoices):
    """Many units under one name."""

    DEPARTMENTS = "departments", _("departments and other agencies of the document's own area")
    COMMUNES = "communes", _("agencies that answer for a commune")


def classes_in(name: str) -> list[str]:
    """The classes that these words name: all of some kind, and nothing else."""
    words = set(_SIGNS.sub(" ", fold(name)).split())
    if not words & _ALL or not words <= _OF_COMMUNES | _OF_DEPARTMENTS | {*_AROUND.split()}:
        return []
    found = []
    if words & _OF_DEPARTMENTS or words >= {"co", "quan"} or words >= {"don", "vi"}:
        found.append(UnitClass.DEPARTMENTS.value)
    if words & {"xa", "phuong"}:
        found.append(UnitClass.COMMUNES.value)
    return found


def agencies_of(kind: UnitClass, plan: Plan) -> Sequence[Agency]:
    """Those that exist today, in protocol order (2 queries at most).

    Departments stand right below the body that heads the area, or below none.
    """
    if kind == UnitClass.COMMUNES:
        bodies = Agency.objects.filter(pk__in=answerable(plan.area, Area.Level.COMMUNE).values())
        return list(bodies.select_related("area").order_by("area__name_key"))
    here = Agency.objects.filter(area=plan.area, successor=None).select_related("area")
    right_below = Q(parent__isnull=False, parent__parent=None) | Q(parent=None, children=None)
    return list(here.filter(right_below).distinct())
