"""How a page is served: its content from the cache, the frame fresh, 304 where nothing changed."""

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

# What marks do not follow (an obstacle's text, the name of a head) shows after this at the latest.
_CACHE_SECONDS = 60
_GENERATION = sql.Part(Generation, "id", "number", "computed_at")
# Written out, because every page that is in the cache asks for this and little else.
_FRESHNESS = f"""
SELECT {_GENERATION.of("g")}, EXISTS (SELECT 1 FROM core_recalculation WHERE parked_at IS NULL)
FROM core_generation g ORDER BY g.id LIMIT 1
"""  # noqa: S608 - Only columns of our own.


@dataclass(frozen=True)
class Freshness:
    """The generation of the snapshots, when it was computed, and whether newer data wait."""

    generation: int
    computed_at: datetime | None
    is_pending: bool


def freshness() -> Freshness:
    """One SQL query, which brings the provinces along where their names are not at hand."""
    newest = Generation.objects.order_by("pk")
    facts: dict[str, Expression | Combinable] = {
        "generation": Subquery(newest.values("number")[:1]),
        "computed_at": Subquery(newest.values("computed_at")[:1]),
        "is_pending": Exists(Recalculation.objects.waiting()),
    }
    found = {} if places.are_known() else places.learn_provinces(facts)[1]
    return Freshness(**found) if found.get("generation") is not None else _freshness_alone()


def _freshness_alone() -> Freshness:
    for *values, is_pending in sql.fetch(_FRESHNESS, []):
        newest = _GENERATION.read(values)
        if newest:
            return Freshness(newest.number, newest.computed_at, bool(is_pending))
    return Freshness(0, None, recalculation.is_pending())


def cached(parts: tuple[object, ...], make: Callable[[], _Made]) -> tuple[_Made, str]:
    """What is made of ``parts`` (which name all that it depends on), and its digest."""
    key = "dashboards." + hashlib.sha256(repr(parts).encode()).hexdigest()
    found: tuple[_Made, str] | None = cache.get(key)
    if found is None:
        made = make()
        found = made, hashlib.sha256(repr(made).encode()).hexdigest()
        cache.set(key, found, _CACHE_SECONDS)
    return found


def scope_of(user: User) -> tuple[object, ...]:
    """What decides which rows the user sees one by one."""
    if sees_everything(user):
        return ("everything",)
    return tuple(sorted({(grant.area_path, grant.agency_path) for grant in grants(user)}))


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
        found: dict[str, Any] = {"asked": asked, **context()}
        return found["title"], found.get("place", ""), render_to_string(template, found)

    user, fresh, day = user_of(request), freshness(), (asked.day, asked.compared, clock.today())
    parts = (template, fresh.generation, day, figures.language(), scope_of(user), variant, _build())
    (title, place, content), digest = cached(parts, make)
    etag = _etag(request, user, digest, fresh)
    if messages.get_messages(request):
        return _framed(request, asked, fresh, (title, place, content))
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        html, _digest = cached(
            (etag,), lambda: _framed(request, asked, fresh, (title, place, content)).content
        )
        answer = HttpResponse(html)
    answer["ETag"] = etag
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _framed(
    request: HttpRequest, asked: Asked, fresh: Freshness, found: tuple[str, str, SafeString]
) -> HttpResponse:
    """The content inside the page's frame: header, day, freshness."""
    title, place, content = found
    frame = {
        "content": content,
        "asked": asked,
        "fresh": fresh,
        "title": title,
        "place": place,
        "other_parameters": _other_parameters(request),
    }
    return render(request, "dashboards/page.html", frame)


def _other_parameters(request: HttpRequest) -> list[tuple[str, object]]:
    """Kept when another day is chosen."""
    return [(name, value) for name, value in request.GET.dict().items() if name not in _DAYS]


_DAYS = {"as_of", "compare"}


def _etag(request: HttpRequest, user: User, digest: str, fresh: Freshness) -> str:
    """The frame differs by person, roles, language and address; its forms carry the CSRF secret."""
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
    """What a page that waits for a recalculation asks again and again."""
    found = freshness()
    return JsonResponse({"generation": found.generation, "pending": found.is_pending})
