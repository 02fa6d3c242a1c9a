"""The provinces: their names, and which of them a reader belongs to."""

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Q
from django.db.models.functions import Substr

from core.models import User
from core.text.language import in_language
from provinces.models import Area
from provinces.models.places import province_code
from provinces.permissions import grants

NOT_COMMUNES = ~Q(area__level=Area.Level.COMMUNE)
"""Tasks; assignments of communes are counted apart."""

_CACHE_KEY = "dashboards.provinces"
_CACHE_SECONDS = 60

PROVINCE_PATH = Substr("area__path", 1, len("VN/00/"))
"""For queries of rows with an area: the path of its province, or of the nation."""


class Place(NamedTuple):
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
    if known is None:
        rows = Area.objects.active().filter(level=Area.Level.PROVINCE).order_by("name_key")
        known = {place.code: place for place in map(Place._make, rows.values_list(*Place._fields))}
        cache.set(_CACHE_KEY, known, _CACHE_SECONDS)
    return known


def places_of(user: User | AnonymousUser) -> list[Place]:
    """The provinces where the user holds a role, also in an agency or commune of the province."""
    held = grants(user) if isinstance(user, User) else ()
    codes = {province_code(grant.place_path) for grant in held}
    return [place for code, place in provinces().items() if code in codes]
