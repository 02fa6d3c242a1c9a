"""Roles lent from day to day: given, held, and in the areas that the user coordinates."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.calendar import clock
from core.models import User
from core.web.requests import user_of
from provinces.activity import people_within
from provinces.delegations import services
from provinces.delegations.forms import DelegationForm
from provinces.delegations.services import Lendable
from provinces.models import Delegation
from provinces.permissions import managed_paths

_MOST_NAMED, _MOST_SHOWN = 300, 200


@dataclass(frozen=True)
class DelegationLine:
    """``stand``: coming, now, idle (the giver lost the role), over."""

    row: Delegation
    stand: str

    @property
    def may_end(self) -> bool:
        return self.stand != "over"


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_list(request: HttpRequest) -> HttpResponse:
    """The user's own; with ``?for=`` a coordinator lends in somebody else's name."""
    user = user_of(request)
    giver = _giver(request, user)
    choices = services.lendable(giver, by=user)
    form = DelegationForm(
        request.POST or None, choices=choices, initial={"from_day": clock.today()}
    )

    def save() -> Delegation:
        given = dict(form.cleaned_data)
        what: Lendable = given.pop("what")
        return services.lend(delegator=giver, agency=what.agency, role=what.role, by=user, **given)

    if form.saved(save):
        lent = form.outcome
        words = {
            "name": lent.delegate,
            "giver": lent.delegator,
            "first": f"{lent.from_day:%d/%m/%Y}",
            "last": f"{lent.to_day:%d/%m/%Y}",
        }
        done = _("%(name)s acts for %(giver)s from %(first)s to %(last)s.") % words
        messages.success(request, done)
        return redirect("delegations")
    colleagues = User.objects.none()  # Whom the field offers; the service checks again.
    for agency in {one.agency for one in choices}:
        colleagues = colleagues | services.colleagues(agency)
    context = {
        "form": form,
        "giver": giver,
        "in_ones_own_name": giver == user,
        "choices": choices,
        "colleagues": colleagues.exclude(pk=giver.pk).order_by("username")[:_MOST_NAMED],
        **_lists(user),
    }
    return render(request, "provinces/delegations/delegations.html", context, status=form.status)


@require_POST
def end_delegation(request: HttpRequest, pk: int) -> HttpResponse:
    user = user_of(request)
    delegation = get_object_or_404(services.seen_by(user), pk=pk)
    services.end(delegation, by=user)
    messages.success(request, _("The delegation is over; it lends nothing from now on."))
    return redirect("delegations")


def _giver(request: HttpRequest, user: User) -> User:
    """The user, or a person of the areas that they coordinate. Raises Http404."""
    name = request.GET.get("for", "").strip()
    if not name or name == user.username:
        return user
    people = people_within(managed_paths(user)).distinct()
    found: User = get_object_or_404(people, username=name)
    return found


def _lists(user: User) -> dict[str, object]:
    """Given, held, and others in the areas that they coordinate (2 queries)."""
    today = clock.today()
    rows = list(services.seen_by(user).order_by("-to_day", "-pk")[:_MOST_SHOWN])
    now = set(
        Delegation.objects.in_force(today)
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", flat=True)
    )
    lines = []
    for row in rows:
        if row.ended_at or row.to_day < today:
            stand = "over"
        elif row.from_day > today:
            stand = "coming"
        else:
            stand = "now" if row.pk in now else "idle"
        lines.append(DelegationLine(row, stand))
    return {
        "given": [line for line in lines if line.row.delegator_id == user.pk],
        "held": [line for line in lines if line.row.delegate_id == user.pk],
        "others": [
            line for line in lines if user.pk not in (line.row.delegator_id, line.row.delegate_id)
        ],
        "coordinates": bool(managed_paths(user)),
    }
