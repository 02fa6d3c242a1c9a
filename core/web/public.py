"""What nobody need sign in for, where the installation says so (``R57_PUBLIC_DASHBOARDS``).

Only aggregates are open: no names of persons, no notes, no evidence. How often a stranger may ask
is counted by address, in each process for itself: a proxy in front keeps the whole flood away.
"""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from time import time
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.audit.trail import origin
from core.models import User

_View = TypeVar("_View", bound=Callable[..., Any])
MINUTE = 60
_lock = Lock()
_asked: dict[int, Counter[str | None]] = {}


def open_to_all(view: _View) -> _View:
    """In public mode the view needs no signing in. It reads by ``reader_of``."""
    view.is_public = True  # type: ignore[attr-defined]  # For the middleware of signing in.
    return view


def is_open(view: object) -> bool:
    return settings.R57_PUBLIC_DASHBOARDS and getattr(view, "is_public", False)


def reader_of(request: HttpRequest) -> User | AnonymousUser:
    """The signed-in person, or nobody in public mode. Raises PermissionDenied (403) otherwise."""
    if isinstance(request.user, User) or settings.R57_PUBLIC_DASHBOARDS:
        return request.user
    raise PermissionDenied


_LINK = re.compile(r'(<a\b[^>]*?)\s+href="(/[^"?#]*)[^"]*"')


def without_closed_links(html: str) -> SafeString:
    """A part of a page whose links lead nobody to the sign-in page: figures stay, plain."""
    return SafeString(_LINK.sub(lambda link: link[0] if _is_open(link[2]) else link[1], html))


def is_open_page(url: str) -> bool:
    """Does the address open a page without signing in?"""
    return _is_open(urlsplit(url).path)


@lru_cache(maxsize=4096)
def _is_open(path: str) -> bool:
    try:
        view = resolve(path).func
    except Http404:
        return False
    return is_open(view) or not getattr(view, "login_required", True)


def is_too_often() -> bool:
    """Has this address asked more than ``R57_PUBLIC_REQUESTS_A_MINUTE`` this minute?"""
    minute, address = int(time()) // MINUTE, origin.get().address
    with _lock:
        if minute not in _asked:
            _asked.clear()
        asked = _asked.setdefault(minute, Counter())
        asked[address] += 1
        return asked[address] > settings.R57_PUBLIC_REQUESTS_A_MINUTE


_NOTHING = "Disallow: /\n"
# Each page has a copy for every day and filter: only today's are for search engines.
_TODAY = "Disallow: /*?\n" + "".join(
    f"Disallow: /{part}/\n" for part in ("admin", "api", "export", "login", "freshness")
)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read today's public pages; nothing of a closed or illustrative system."""
    are_welcome = settings.R57_PUBLIC_DASHBOARDS and settings.PRODUCTION
    text = "User-agent: *\n" + (_TODAY if are_welcome else _NOTHING)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
