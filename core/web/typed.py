"""What was sent after the session had ended is kept until its writer has signed in again.

It lies in the anonymous session of the browser, with the user whom a signed mark names. When
somebody else signs in there, it is deleted and nobody sees it. Forms with a mark of their own find
it in their fields again (``keeps_typing``); all others are shown once more, to be sent again
(``keep_sent``), and the mark is a cookie of whoever signed in last.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import User

_KEY, _SENT, _SALT = "typed", "sent", "core.web.typed"
_COOKIE = "r57_writer"
_A_WEEK = 7 * 24 * 60 * 60
LINE, TEXT = 500, 20_000
"""Letters that are kept of a line, and of a text of several."""
_MOST = 300
_NEVER_KEPT = ("csrfmiddlewaretoken", "owner")

View = Callable[..., HttpResponse]
Typed = dict[str, Any]
"""By name of the field: its text, or a list where several were ticked."""


def mark_of(user: User) -> str:
    """The signed mark of a form made for this user; the form sends it as ``owner``."""
    return signing.dumps(user.pk, salt=_SALT)


def owner_of(mark: str) -> int | None:
    """The user's row number; None for a mark that is forged or older than a week."""
    try:
        owner: int = signing.loads(mark, salt=_SALT, max_age=_A_WEEK)
    except signing.BadSignature:
        return None
    return owner


def picked(sent: QueryDict, fields: Mapping[str, int]) -> Typed:
    """Of what was sent, what is kept: of each field so many letters."""
    told = {name: [text[:n] for text in sent.getlist(name)] for name, n in fields.items()}
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in told.items() if texts}


def keeps_typing(fields: Mapping[str, int], part: str = "") -> Callable[[View], View]:
    """Send those who are signed out to the sign-in page first, and keep these fields of the form
    they sent. ``part``: of the page to which they come back, "#report"."""

    def keeping(view: View) -> View:
        @login_not_required
        @wraps(view)
        def signed_in_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, *args, **kwargs)
            if request.method != "POST":
                return redirect_to_login(request.get_full_path())
            owner = owner_of(request.POST.get("owner", ""))
            if owner is None:
                return redirect_to_login(request.path)
            content = picked(request.POST, fields)
            request.session[_KEY] = {"owner": owner, "path": request.path, "content": content}
            words = _(
                "Your session has ended. What you typed is kept: "
                "sign in, and it is in the form again."
            )
            messages.info(request, words)
            return redirect_to_login(f"{request.path}{part}")

        return signed_in_first

    return keeping


def given_back(request: HttpRequest, user: User) -> Typed | None:
    """What was kept for this user at this address, once; what was kept for another is deleted."""
    kept = request.session.get(_KEY)
    if kept is None or (kept["owner"] == user.pk and kept["path"] != request.path):
        return None
    del request.session[_KEY]
    content: Typed = kept["content"]
    return content if kept["owner"] == user.pk else None


@dataclass(frozen=True)
class SentForm:
    """A form that was sent signed out: to which address, and its fields in order."""

    path: str
    fields: list[tuple[str, str]]
    had_file: bool

    @property
    def words(self) -> list[str]:
        """What somebody typed, as far as it tells itself from numbers and choices."""
        return [text for _name, text in self.fields if len(text.split()) > 1]


def remember_writer(response: HttpResponse, user: User) -> None:
    response.set_cookie(
        _COOKIE,
        mark_of(user),
        max_age=_A_WEEK,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def keep_sent(request: HttpRequest) -> HttpResponse | None:
    """Keep a form that was sent signed out, and send its writer to sign in and then to ``sent``.

    None where there is nothing to keep: no form of a page, nobody known, or a secret in it.
    """
    owner = owner_of(request.COOKIES.get(_COOKIE, ""))
    if request.method != "POST" or owner is None:
        return None
    # Scripts that save in the background accept anything; browsers ask for a page by its type.
    if "text/html" not in request.headers.get("Accept", ""):
        return None
    told = [
        (name, text[:TEXT])
        for name, texts in request.POST.lists()
        if name not in _NEVER_KEPT
        for text in texts
    ]
    if not told or len(told) > _MOST or any("password" in name for name, _ in told):
        return None
    request.session[_SENT] = {
        "owner": owner,
        "path": request.get_full_path(),
        "fields": told,
        "had_file": bool(request.FILES),
    }
    words = _("Your session has ended. What you sent is kept: sign in, then send it again.")
    messages.info(request, words)
    return redirect_to_login(reverse("sent"))


def sent_before(request: HttpRequest, user: User) -> SentForm | None:
    """What was kept for this user; what was kept for another is deleted."""
    kept = request.session.get(_SENT)
    if kept and kept["owner"] != user.pk:
        del request.session[_SENT]
        return None
    if not kept:
        return None
    fields = [(name, text) for name, text in kept["fields"]]
    return SentForm(kept["path"], fields, kept["had_file"])
