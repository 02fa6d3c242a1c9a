"""The provinces: their names, and which of them a reader belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Expression
from django.db.models.expressions import Combinable
from django.db.models.functions import Substr

from core.models import User
from core.text.language import in_language
from provinces.models import Area
from provinces.permissions import grants

_CACHE_KEY = "dashboards.provinces"
_CACHE_SECONDS = 60
_FIELDS = ("code", "path", "name_vi", "name_en", "short_name_vi", "short_name_en", "name_key")

PROVINCE_PATH = Substr("area__path", 1, len("VN/00/"))
"""For queries of rows with an area: the path of its province, or of the nation."""


@dataclass(frozen=True)
class Place:
    """A province, as menus and maps name it."""

    code: str
    path: str
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    name_key: str

    @property
    def name(self) -> str:
        return in_language(self.name_vi, self.name_en)

    @property
    def short_name(self) -> str:
        return in_language(self.short_name_vi, self.short_name_en)


def provinces() -> dict[str, Place]:
    """The provinces of today by code, in Vietnamese order (one SQL query a minute)."""
    known: dict[str, Place] | None = cache.get(_CACHE_KEY)
    return learn_provinces({})[0] if known is None else known


def are_known() -> bool:
    return cache.get(_CACHE_KEY) is not None


def learn_provinces(
    extra: Mapping[str, Expression | Combinable],
) -> tuple[dict[str, Place], dict[str, Any]]:
    """Read the provinces into the cache, and ``extra`` values in the same SQL query.

    Returns the provinces by code, and the extra values by name. There are no extra values where
    there are no provinces.
    """
    rows = Area.objects.active().filter(level=Area.Level.PROVINCE).order_by("name_key")
    found = list(rows.annotate(**extra).values(*_FIELDS, *extra))
    known = {row["code"]: Place(*(row[name] for name in _FIELDS)) for row in found}
    cache.set(_CACHE_KEY, known, _CACHE_SECONDS)
    return known, {name: found[0][name] for name in extra} if found else {}


def province_code(path: str) -> str:
    """ "VN/40/16654/" → "40"; "" for the nation."""
    _nation, _slash, below = path.partition("/")
    return below.partition("/")[0]


def places_of(user: User) -> list[Place]:
    """The provinces where the user holds a role, also in an agency or commune of the province."""
    codes = {province_code(grant.place_path) for grant in grants(user)}
    return [place for code, place in provinces().items() if code in codes]
