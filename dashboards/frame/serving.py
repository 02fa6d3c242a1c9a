"""How a page is served: content and frame from the cache, 304 where nothing changed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache as once
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.models import Exists, Expression, Subquery
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.calendar import clock
from core.db import sql
from core.models import Generation, Recalculation, User
from core.queue import recalculation
from core.web.requests import user_of
from dashboards.frame import places
from dashboards.frame.day import Asked
from dashboards.text import figures
from provinces.permissions import grants, sees_everything

_Made = TypeVar("_Made")

_DAYS = {"as_of", "compare"}
# Some changes start no recalculation: an obstacle's text, the name of a head. They show after this.
_CACHE_SECONDS = 60
_GENERATION = sql.Part(Generation, "id", "number", "computed_at")
# In plain SQL, because a page from the cache asks for little else than this.
_FRESHNESS = f"""
SELECT {_GENERATION.of("g")}, EXISTS (SELECT 1 FROM core_recalculation WHERE parked_at IS NULL)
FROM core_generation g ORDER BY g.id LIMIT 1
"""  # noqa: S608 - Only columns of our own.


@dataclass(frozen=True)
class Freshness:
    """The generation of the snapshots, when it was computed, and whether newer data are waiting."""

    generation: int
    computed_at: datetime | None
    is_pending: bool


def freshness() -> Freshness:
    """One SQL query. It reads the provinces too, where they are not in the cache."""
    if not places.are_known():
        newest = Generation.objects.order_by("pk")
        columns: dict[str, Expression | Combinable] = {
            "generation": Subquery(newest.values("number")[:1]),
            "computed_at": Subquery(newest.values("computed_at")[:1]),
            "is_pending": Exists(Recalculation.objects.waiting()),
        }
        _provinces, found = places.learn_provinces(columns)
        if found.get("generation") is not None:
            return Freshness(**found)
    for *values, is_pending in sql.fetch(_FRESHNESS, []):
        generation = _GENERATION.read(values)
        if generation:
            return Freshness(generation.number, generation.computed_at, bool(is_pending))
    return Freshness(0, None, recalculation.is_pending())


def cached(parts: tuple[object, ...], make: Callable[[], _Made]) -> tuple[_Made, str]:
    """What ``make`` returns, and its digest. ``parts`` names everything that it depends on."""
    key = "dashboards." + hashlib.sha256(repr(parts).encode()).hexdigest()
    entry: tuple[_Made, str] | None = cache.get(key)
    if entry is None:
        made = make()
        entry = made, hashlib.sha256(repr(made).encode()).hexdigest()
        cache.set(key, entry, _CACHE_SECONDS)
    return entry


def scope_of(user: User) -> tuple[object, ...]:
    """What decides which rows the user sees one by one, and what they may do with them."""
    if sees_everything(user):
        return ("everything",)
    return tuple(
        sorted({(grant.role, grant.area_path, grant.agency_path) for grant in grants(user)})
    )


def serve(
    request: HttpRequest,
    template: str,
    asked: Asked,
    context: Callable[[], Mapping[str, Any]],
    *,
    variant: tuple[object, ...] = (),
) -> HttpResponse:
    """A page whose content is ``template``, rendered at most once per generation and scope.

    ``context`` gives the ``title`` too, and the ``place`` where it is not the whole country;
    ``variant`` names whatever else it depends on.
    """

    def make() -> tuple[str, str, SafeString]:
        values: dict[str, Any] = {"asked": asked, **context()}
        return values["title"], values.get("place", ""), render_to_string(template, values)

    user, fresh, day = user_of(request), freshness(), (asked.day, asked.compared, clock.today())
    parts = (template, fresh.generation, day, figures.language(), scope_of(user), variant, _build())
    made, digest = cached(parts, make)
    etag = _etag(request, user, digest, fresh)
    if messages.get_messages(request):
        # A message is shown once: such a page is neither cached nor compared.
        return _framed(request, asked, fresh, made)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        html, _digest = cached((etag,), lambda: _framed(request, asked, fresh, made).content)
        answer = HttpResponse(html)
    answer["ETag"] = etag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _framed(
    request: HttpRequest, asked: Asked, fresh: Freshness, made: tuple[str, str, SafeString]
) -> HttpResponse:
    """The content inside the page's frame: header, day, freshness."""
    title, place, content = made
    frame = {
        "content": content,
        "asked": asked,
        "fresh": fresh,
        "title": title,
        "place": place,
        # Forms that choose another day carry these along.
        "other_parameters": [item for item in request.GET.dict().items() if item[0] not in _DAYS],
    }
    return render(request, "dashboards/page.html", frame)


def _etag(request: HttpRequest, user: User, digest: str, fresh: Freshness) -> str:
    """Of content and frame. The frame differs by person, roles, language, address, CSRF secret."""
    get_token(request)  # Draws the secret now where there is none yet.
    person = (user.pk, str(user), user.office, user.is_staff, user.is_superuser, grants(user))
    frame = (person, fresh, figures.language(), clock.today(), request.get_full_path())
    secret = request.META["CSRF_COOKIE"]
    parts = (digest, frame, secret, settings.R57_MODE, _build())
    return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest()[:32])


@once
def _build() -> float:
    """Changes with the templates, so that a new release is seen at once."""
    folder = settings.BASE_DIR / "templates"
    return max((path.stat().st_mtime for path in folder.rglob("*.html")), default=0.0)


@require_safe
def freshness_page(request: HttpRequest) -> HttpResponse:
    """Polled by a page that waits for a recalculation."""
    fresh = freshness()
    return JsonResponse({"generation": fresh.generation, "pending": fresh.is_pending})
