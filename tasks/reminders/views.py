"""A user's own notices: the page, the number of new ones for the header, and marking as seen."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.calendar import clock
from core.web.requests import user_of
from tasks.reminders.notices import count_new, mark_seen, notices_of


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    until = clock.now()
    groups = notices_of(user_of(request))
    context = {"groups": groups, "new": count_new(groups), "until": until}
    return render(request, "tasks/reminders/notices.html", context)


@never_cache
@require_safe
def notice_count(request: HttpRequest) -> HttpResponse:
    """Asked by the header once a minute, apart from the page, so that no page waits for it."""
    return JsonResponse({"new": count_new(notices_of(user_of(request)))})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Marks what came up to ``until``, when the page was made; what came later is still new."""
    user = user_of(request)
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until and is_aware(until):
        mark_seen(user, until)
    return redirect("notices")
