"""What was sent after the session had ended is kept until its writer has signed in again.

It lies in the anonymous session of the browser, with the user whom the signed mark of the form
names. When somebody else signs in there, it is deleted and nobody sees it.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core.models import User

_KEY, _SALT = "typed", "core.web.typed"
_A_WEEK = 7 * 24 * 60 * 60
LINE, TEXT = 500, 20_000
"""Letters that are kept of a line, and of a text of several."""

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
