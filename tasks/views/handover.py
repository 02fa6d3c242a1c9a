"""All work of somebody who leaves: looked at, then handed over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.web.http import user_of
from provinces.permissions import Permission, require
from provinces.scope import people_within, scope_of
from tasks.forms_handover import HandOverForm
from tasks.services import handover

_MOST_NAMED, _MOST_SHOWN = 300, 100


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is to hand over, and to whom; a POST does it."""
    user = user_of(request)
    require(user, Permission.MANAGE_MEMBERS)
    people = people_within(scope_of(user))
    person = get_object_or_404(people, pk=pk)
    work = handover.work_of(person, by=user)
    form = HandOverForm(request.POST or None, initial={"disable": True})
    if form.saved(lambda: handover.hand_over(person, by=user, **form.cleaned_data)):
        words = _("All work of %(person)s was handed over to %(successor)s.")
        named = {"person": person, "successor": form.cleaned_data["successor"]}
        messages.success(request, words % named)
        return redirect("members")
    context = {
        "person": person,
        "work": work,
        "shown": work.assignments[:_MOST_SHOWN],
        "form": form,
        "people": people.filter(is_active=True).exclude(pk=pk).order_by("username")[:_MOST_NAMED],
    }
    return render(request, "tasks/handover.html", context, status=form.status)
