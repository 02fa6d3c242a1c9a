"""Keeps a text that was sent after the session had ended, until its writer has signed in again.

As ``tasks.reporting.views.resume`` does it for status reports.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.models import User
from reports.frozen.typed import keep_typed, picked
from reports.models import ReportDraft
from tasks.reporting.drafts import owner_of

_KEY = "typed_report"
View = Callable[[HttpRequest, int, str], HttpResponse]


def keeps_typing(view: View) -> View:
    """Send those who are signed out to the sign-in page first, and keep the text they sent."""

    @login_not_required
    @wraps(view)
    def signed_in_first(request: HttpRequest, pk: int, code: str) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, pk, code)
        owner = owner_of(request.POST.get("owner", ""))
        if owner is not None:
            content = picked(request.POST.dict())
            request.session[_KEY] = {"owner": owner, "path": request.path, "content": content}
            words = _(
                "Your session has ended. What you typed is kept: "
                "sign in, and it is in the form again."
            )
            messages.info(request, words)
        return redirect_to_login(request.path)

    return signed_in_first


def give_back(request: HttpRequest, user: User, draft: ReportDraft) -> None:
    """Make what was kept for this user theirs again; what was kept for another is deleted."""
    kept = request.session.get(_KEY)
    if kept is None or (kept["owner"] == user.pk and kept["path"] != draft.get_absolute_url()):
        return
    del request.session[_KEY]
    if kept["owner"] == user.pk:
        keep_typed(draft, by=user, content=kept["content"])
