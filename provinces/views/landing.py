"""Where a person lands after signing in, and the roles he holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.web.http import user_of
from provinces.models import AGENCY_ROLES, Plan, Role


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Officers land on their tasks, reviewers on what waits, others on the overview; heads of
    agencies on what waits for them, where a document asks for their approval."""
    roles = set(user_of(request).memberships.values_list("role", flat=True))
    if roles == {Role.AGENCY_HEAD} and Plan.objects.filter(requires_agency_approval=True).exists():
        return redirect("/review/")
    if roles & set(AGENCY_ROLES):
        return redirect("/tasks/")
    if Role.REVIEWER in roles:
        return redirect("/review/")
    return redirect("/")


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    held = user_of(request).memberships.select_related("area", "agency").order_by("id")
    return render(request, "core/account.html", {"memberships": held})
