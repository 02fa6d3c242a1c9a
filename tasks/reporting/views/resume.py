"""Keeps what was sent after the session had ended, until its writer has signed in again.

It is stored in the anonymous session of the browser, with the user whom the signed mark of the form
names. When somebody else signs in there, it is deleted and nobody sees it.
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
_LONGEST = dict.fromkeys(("result", "cause", "remedy"), 20_000)
_LONGEST_LINE = 500

View = Callable[[HttpRequest, int], HttpResponse]


def keeps_typing(view: View) -> View:
    """Send those who are signed out to the sign-in page first, and keep the form they sent."""

    @login_not_required
    @wraps(view)
    def signed_in_first(request: HttpRequest, pk: int) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, pk)
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
                name: request.POST[name][: _LONGEST.get(name, _LONGEST_LINE)]
                for name in FIELDS
                if name in request.POST
            },
        }
        messages.info(
            request,
            _(
                "Your session has ended. What you typed is kept: "
                "sign in, and it is in the form again."
            ),
        )
        return redirect_to_login(f"{request.path}#report")

    return signed_in_first


def give_back(request: HttpRequest, user: User, assignment: Assignment) -> None:
    """Make what was kept for this user and this assignment their draft.

    What was kept for another user is deleted.
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
