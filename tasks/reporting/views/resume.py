"""What was typed when the session was over: kept on the server until its writer is back.

It waits in the browser's session of nobody, for the one whose form it was: a form says whose it is
in a signed mark. Somebody else who signs in there makes it vanish unseen.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import Refused
from core.models import User
from tasks.models import Assignment
from tasks.reporting import drafts
from tasks.reporting.checks import check_version
from tasks.reporting.drafts import FIELDS, owner_of
from tasks.reporting.views.report import sent_version

_KEY = "typed"
_LONG_TEXTS = ("result", "cause", "remedy")
_LONGEST, _LONGEST_LINE = 20_000, 500


View = Callable[[HttpRequest, int], HttpResponse]


def keeps_typing(view: View) -> View:
    """Whoever is signed out signs in first, and comes back to the form; what was typed into it
    waits meanwhile."""

    @login_not_required
    @wraps(view)
    def signed_in_first(request: HttpRequest, pk: int) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, pk)
        return _sign_in(request, pk)

    return signed_in_first


def _sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    owner = owner_of(request.POST.get("owner", ""))
    if owner is None:
        return redirect_to_login(request.path)
    request.session[_KEY] = {
        "owner": owner,
        "assignment": pk,
        "version": sent_version(request),
        "content": {
            name: _cut(name, request.POST[name]) for name in FIELDS if name in request.POST
        },
    }
    messages.info(
        request,
        _("Your session has ended. What you typed is kept: sign in, and it is in the form again."),
    )
    return redirect_to_login(f"{request.path}#report")


def _cut(name: str, text: str) -> str:
    return text[: _LONGEST if name in _LONG_TEXTS else _LONGEST_LINE]


def give_back(request: HttpRequest, user: User, assignment: Assignment) -> None:
    """What waits for this person and this assignment becomes their draft.

    What waits for another person is forgotten.
    """
    kept = request.session.get(_KEY)
    if kept is None or (kept["owner"] == user.pk and kept["assignment"] != assignment.pk):
        return
    del request.session[_KEY]
    if kept["owner"] != user.pk:
        return
    try:
        drafts.keep_draft(
            assignment, by=user, content=kept["content"], if_version=assignment.version
        )
        check_version(assignment, kept["version"])
    except PermissionDenied:
        return
    except Refused as refused:
        messages.warning(request, str(refused.faults[0].detail))
