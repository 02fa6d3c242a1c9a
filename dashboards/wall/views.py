"""``/wall/``: a screen goes from page to page by its key, which is in a cookie and never in an
address."""

import hashlib
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_http_methods

from core.accounts.sign_in import count_try, forget_tries
from core.audit.trail import origin
from core.calendar import clock
from core.errors import Refused
from dashboards.frame.day import usual_days
from dashboards.frame.serving import kept
from dashboards.wall.boards import board
from provinces.displays.services import display_of
from provinces.models import DisplayKey, WallPage

COOKIE = "r57_display"
TEMPLATES = {
    WallPage.SENTENCE: "wall/sentence.html",
    WallPage.LATE: "wall/late.html",
    WallPage.MAP: "wall/map.html",
    WallPage.COMMUNES: "wall/communes.html",
    WallPage.SOON: "wall/soon.html",
}
_A_YEAR = 365 * 24 * 60 * 60


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def wall_page(request: HttpRequest) -> HttpResponse:
    """One page of the screen; ``?part=1`` its content alone, with an ETag. A POST takes a key."""
    if request.method == "POST":
        return _take_key(request)
    code = request.COOKIES.get(COOKIE, "")
    display = display_of(code) if code else None
    if display is None or not display.is_active:
        return _door(request, display, HTTPStatus.FORBIDDEN if code else HTTPStatus.OK)
    asked_for = request.GET.get("page", "")
    page = asked_for if asked_for in display.pages else display.pages[0]
    with translation.override(display.language):
        return _shown(request, display, page, code)


def _shown(request: HttpRequest, display: DisplayKey, page: str, code: str) -> HttpResponse:
    asked, title = usual_days(), WallPage(page).label

    def make() -> str:
        context = {"asked": asked, "display": display, **board(display, page, asked)}
        return render_to_string(TEMPLATES[WallPage(page)], context)

    # The same for all screens of an area in one language.
    parts = ("wall", page, display.area.path, display.language, asked.day)
    entry, fresh = kept(parts, make, asked.day)
    now = fresh.computed_at and fresh.computed_at.isoformat()
    context = {
        "content": entry.made,
        "asked": asked,
        "fresh": fresh,
        "display": display,
        "title": title,
    }
    if request.GET.get("part"):
        etag = quote_etag(
            hashlib.sha256(repr((entry.digest, now, asked.day)).encode()).hexdigest()[:32]
        )
        answer = get_conditional_response(request, etag=etag)
        if answer is None:
            answer = render(request, "wall/part.html", context)
        answer["ETag"] = etag
        entry.sign(answer)
        patch_cache_control(answer, private=True, no_cache=True)
        return answer
    at = display.pages.index(page)
    turn = {"page": page, "next_page": display.pages[(at + 1) % len(display.pages)]}
    answer = render(request, "wall/wall.html", {**context, **turn, "now": clock.now()})
    entry.sign(answer)
    patch_cache_control(answer, private=True, no_store=True)
    _keep(answer, code)  # Once more for a year.
    return answer


def _take_key(request: HttpRequest) -> HttpResponse:
    """Tries are counted by address, as those of people are by name."""
    code, where = request.POST.get("code", "").strip()[:40], str(origin.get().address)
    try:
        count_try("screen", where)
    except Refused as refused:
        return _door(request, None, refused.status, str(refused.faults[0].detail))
    display = display_of(code)
    if display is None or not display.is_active:
        return _door(request, display, HTTPStatus.UNPROCESSABLE_ENTITY)
    forget_tries("screen", where)
    answer = redirect("wall")
    _keep(answer, code)
    return answer


def _door(
    request: HttpRequest, display: DisplayKey | None, status: int, detail: str = ""
) -> HttpResponse:
    """Asks for a key, and says what became of the last one."""
    context = {"revoked": display, "is_wrong": status != HTTPStatus.OK, "detail": detail}
    answer = render(request, "wall/door.html", context, status=status)
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _keep(answer: HttpResponse, code: str) -> None:
    answer.set_cookie(
        COOKIE,
        code,
        max_age=_A_YEAR,
        path="/wall/",
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Strict",
    )
