"""How a page is served: content and frame from the cache, 304 where nothing changed."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache as once
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core import staleness
from core.calendar import clock
from core.db import sql
from core.models import Generation, User
from core.staleness import Subject, Trace
from core.web.public import open_to_all, reader_of, without_closed_links
from dashboards.frame import places
from dashboards.frame.day import PARAMETERS, Asked
from dashboards.text import figures
from provinces.models import Plan
from provinces.permissions import grants, sees_everything

_Made = TypeVar("_Made")

MADE_FROM = "R57-Made-From"
_CACHE_SECONDS = 3600
# Whoever makes a page and dies holds up the others for so long.
_TURN_SECONDS = 15
_WAIT_SECONDS = 0.02
_GENERATION = sql.Part(Generation, "id", "number", "computed_at")
_ISSUED = sql.Part(Plan, "issued_on")
# In plain SQL, because a page from the cache asks for little else than this.
_FRESHNESS = f"""
SELECT t.family, t.key, count(t.id), sum(t.id), {_GENERATION.of("g")},
    (SELECT min(issued_on) FROM provinces_plan),
    EXISTS (SELECT 1 FROM core_recalculation WHERE parked_at IS NULL)
FROM (SELECT 1) AS one LEFT JOIN core_generation g ON TRUE LEFT JOIN core_touch t ON t.since <= %s
GROUP BY t.family, t.key, g.id
"""  # noqa: S608 - Only columns of our own.


@dataclass(frozen=True)
class Freshness:
    """The generation of the snapshots, when it was computed, and whether newer data are waiting.

    ``touched``: what changed lately that concerns a day; ``first_day``: on which the first document
    was issued, None where there is none.
    """

    generation: int
    computed_at: datetime | None
    is_pending: bool
    touched: Mapping[Subject, Trace]
    first_day: date | None


@dataclass(frozen=True)
class Kept(Generic[_Made]):
    """What was made, its digest, what it depends on, and in which state that was."""

    made: _Made
    digest: str
    depends_on: Mapping[str, set[str] | None]
    state: Trace

    def sign(self, answer: HttpResponse) -> None:
        """The answer carries what it was made from, so that anybody can tell whether that holds."""
        keys = {
            family: None if found is None else sorted(found)
            for family, found in self.depends_on.items()
        }
        answer[MADE_FROM] = json.dumps([*self.state, keys])


def freshness(day: date) -> Freshness:
    """One SQL query. What will hold from a later day on changes no page of the past."""
    until = day if day < clock.today() else date.max
    rows = sql.fetch(_FRESHNESS, [until])
    traces = (row[:4] for row in rows if row[0] is not None)
    touched = {(family, key): Trace(count, int(total)) for family, key, count, total in traces}
    *found, issued, is_pending = rows[0][4:]
    newest = _GENERATION.read(found) or Generation(number=0)
    [first_day] = _ISSUED.values([issued])
    return Freshness(newest.number, newest.computed_at, bool(is_pending), touched, first_day)


def kept(
    parts: tuple[object, ...], make: Callable[[], _Made], day: date
) -> tuple[Kept[_Made], Freshness]:
    """What ``make`` returns, and its digest; made again when something changed that it reads.

    ``parts`` names what else it depends on; ``day`` is the last day that it shows. Of many who ask
    for the same, one makes it and the others wait.
    """
    key = _key(parts, places.provinces())
    while True:
        fresh = freshness(day)
        entry: Kept[_Made] | None = cache.get(key)
        if entry and entry.state == staleness.state_of(fresh.touched, entry.depends_on):
            return entry, fresh
        if cache.add(f"{key}.turn", True, _TURN_SECONDS):
            break
        while cache.get(f"{key}.turn"):
            time.sleep(_WAIT_SECONDS)
    try:
        with staleness.collecting() as reads:
            made = make()
        digest = hashlib.sha256(repr(made).encode()).hexdigest()
        state = staleness.state_of(fresh.touched, reads.keys)
        entry = Kept(made, digest, reads.keys, state)
        cache.set(key, entry, _CACHE_SECONDS)
    finally:
        cache.delete(f"{key}.turn")
    return entry, fresh


def _key(*parts: object) -> str:
    return "dashboards." + hashlib.sha256(repr(parts).encode()).hexdigest()


def scope_of(user: User | AnonymousUser) -> tuple[object, ...]:
    """What decides which rows the reader sees one by one, and what they may do with them."""
    if not isinstance(user, User):
        return ("nobody",)
    if sees_everything(user):
        return ("everything",)
    return tuple(
        sorted({(grant.role, grant.area_path, grant.agency_path) for grant in grants(user)})
    )


_Page = tuple[str, str, bool, SafeString]
"""Title, place, whether illustrative, content."""


def serve(
    request: HttpRequest,
    template: str,
    asked: Asked,
    context: Callable[[], Mapping[str, Any]],
    *,
    variant: tuple[object, ...] = (),
) -> HttpResponse:
    """A page whose content is ``template``, rendered once for all of the same scope until
    something changes that it shows.

    ``context`` gives the ``title`` too, the ``place`` where it is not the whole country, and
    whether the page ``is_illustrative``;
    ``variant`` names whatever else it depends on. For a reader who is not signed in templates find
    ``nobody``.
    """
    user = reader_of(request)

    def make() -> _Page:
        nobody = not isinstance(user, User)
        values: dict[str, Any] = {"asked": asked, "nobody": nobody, **context()}
        html = render_to_string(template, values)
        shown = without_closed_links(html) if nobody else html
        return values["title"], values.get("place", ""), bool(values.get("is_illustrative")), shown

    days = (asked.day, asked.compared, asked.known_on, clock.today())
    parts = (template, days, figures.language(), scope_of(user), variant, _build())
    entry, fresh = kept(parts, make, max(asked.day, asked.compared))
    etag = _etag(request, user, entry.digest, fresh)
    if messages.get_messages(request):
        # A message is shown once: such a page is neither cached nor compared.
        return _framed(request, template, asked, fresh, entry.made)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        key = _key(etag)
        html = cache.get(key)
        if html is None:
            page = _framed(request, template, asked, fresh, entry.made)
            html = page.content
            cache.set(key, html, _CACHE_SECONDS)
        answer = HttpResponse(html)
    answer["ETag"] = etag
    entry.sign(answer)
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _framed(
    request: HttpRequest,
    template: str,
    asked: Asked,
    fresh: Freshness,
    made: _Page,
) -> HttpResponse:
    """The content inside the page's frame: header, day, freshness."""
    title, place, is_illustrative, content = made
    frame = {
        "content": content,
        "asked": asked,
        "fresh": fresh,
        # "overview": what is printed on one page, and what on two, is told by it.
        "kind": Path(template).stem,
        "first_day": fresh.first_day,
        "title": title,
        "place": place,
        "is_illustrative": is_illustrative,
        # Forms that choose another day carry these along.
        "other_parameters": [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if name not in PARAMETERS
        ],
    }
    return render(request, "dashboards/frame/page.html", frame)


def _etag(request: HttpRequest, user: User | AnonymousUser, digest: str, fresh: Freshness) -> str:
    """Of content and frame. The frame differs by person, roles, language, address, CSRF secret."""
    person: tuple[object, ...] = ()
    if isinstance(user, User):
        get_token(request)  # Draws the secret now where there is none yet.
        person = (user.pk, str(user), user.office, user.is_staff, user.is_superuser, grants(user))
        person += (request.META["CSRF_COOKIE"],)
    shown = fresh.computed_at and fresh.computed_at.replace(second=0, microsecond=0)
    fresh_part = (shown, fresh.is_pending, places.provinces(), fresh.first_day)
    frame = (person, fresh_part, figures.language(), clock.today(), request.get_full_path())
    parts = (digest, frame, settings.R57_MODE, _build())
    return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest()[:32])


@once
def _build() -> float:
    """Changes with the templates, so that a new release is seen at once."""
    folder = settings.BASE_DIR / "templates"
    return max((path.stat().st_mtime for path in folder.rglob("*.html")), default=0.0)


@open_to_all
@require_safe
def freshness_page(request: HttpRequest) -> HttpResponse:
    """Polled by a page that waits for a recalculation."""
    fresh = freshness(clock.today())
    return JsonResponse({"generation": fresh.generation, "pending": fresh.is_pending})
