"""Finding the people of a coordinator's places, without regard to diacritics."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.accounts.sign_in import GivenCode
from core.calendar import clock
from core.models import OneTimeCode, User
from provinces.lookup import words_in
from provinces.models import Agency, Area, Membership
from provinces.roles import Role
from provinces.scope import Scope, people_within, roles_within

PAGE_SIZE = 50
_MOST_OFFERED = 400
ACTIVE, WAITING, DISABLED = "active", "waiting", "disabled"
_WAITS = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
_IN_STATE = {
    "": Q(),
    ACTIVE: Q(is_active=True) & ~_WAITS,
    WAITING: Q(is_active=True) & _WAITS,
    DISABLED: Q(is_active=False),
}
STATES: Mapping[str, str | Promise] = {
    ACTIVE: _("In use"),
    WAITING: _("No password yet"),
    DISABLED: _("Disabled"),
}


@dataclass(frozen=True)
class MemberQuery:
    """The filters of the address; unknown values filter nothing."""

    q: str = ""
    role: str = ""
    unit: str = ""
    state: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.role or self.unit or self.state)


def read_member_query(asked: Mapping[str, str]) -> MemberQuery:
    role, state = asked.get("role", ""), asked.get("state", "")
    return MemberQuery(
        asked.get("q", "").strip()[:100],
        role if role in Role.values else "",
        asked.get("unit", "").strip()[:100],
        state if state in STATES else "",
    )


@dataclass(frozen=True)
class MemberLine:
    """A person, their roles in the scope, and the state of their account."""

    person: User
    roles: Sequence[Membership]
    state: str
    code_until: datetime | None

    @property
    def state_name(self) -> str:
        return str(STATES[self.state])

    @property
    def state_tone(self) -> str:
        return {"active": "good", "waiting": "warn"}.get(self.state, "none")


@dataclass(frozen=True)
class Found:
    page: "Page[User]"
    lines: Sequence[MemberLine]


def members(reach: Scope, wanted: MemberQuery, page: str) -> Found:
    """4 queries, whatever the size."""
    people = people_within(reach).filter(
        words_in("search_text", wanted.q) & _IN_STATE[wanted.state]
    )
    if wanted.role or wanted.unit:
        roles = roles_within(reach).filter(user=OuterRef("pk"))
        if wanted.role:
            roles = roles.filter(role=wanted.role)
        lookups = ("area__search_text", "agency__search_text", "agency__area__search_text")
        people = people.filter(Exists(roles.filter(words_in(lookups, wanted.unit))))
    shown = Paginator(people.order_by("name_key", "pk"), PAGE_SIZE).get_page(page)
    return Found(shown, lines_of(reach, list(shown)))


def lines_of(reach: Scope, people: Sequence[User]) -> list[MemberLine]:
    """2 queries besides that of the people."""
    roles = roles_within(reach).filter(user__in=[person.pk for person in people])
    held: dict[int, list[Membership]] = {}
    for role in roles.select_related("area", "agency__area").order_by("pk"):
        held.setdefault(role.user_id, []).append(role)
    codes = dict(
        OneTimeCode.objects.live(clock.now())
        .filter(user__in=[person.pk for person in people])
        .values_list("user", "expires_at")
    )
    return [
        MemberLine(person, held.get(person.pk, []), state_of(person), codes.get(person.pk))
        for person in people
    ]


def state_of(person: User) -> str:
    if not person.is_active:
        return DISABLED
    return ACTIVE if person.has_usable_password() else WAITING


def offered_places(reach: Scope) -> list[str]:
    """Names to choose from (2 queries); none if they are too many for a list."""
    agencies = Agency.objects.filter(reach.over("area__path"), successor=None)
    areas = Area.objects.active().filter(reach.over("path"))
    names = list(areas.order_by("path").values_list("name_vi", flat=True)[: _MOST_OFFERED + 1])
    names += agencies.order_by("protocol_order", "name_key").values_list("name_vi", flat=True)[
        : _MOST_OFFERED + 1
    ]
    return names if len(names) <= _MOST_OFFERED else []


def agencies_without_officer(reach: Scope) -> list[str]:
    """For the column of agencies: the names, or the codes where two have the same name."""
    officers = Membership.objects.filter(agency=OuterRef("pk"), role=Role.OFFICER)
    rows = Agency.objects.filter(reach.over("area__path"), ~Exists(officers), successor=None)
    found = list(rows.order_by("protocol_order", "name_key").values_list("code", "name_vi"))
    counts = Counter(name for _code, name in found)
    return [name if counts[name] == 1 else code for code, name in found]


_ON_A_PAGE = 8


@dataclass(frozen=True)
class Slip:
    given: GivenCode
    place: str


def slips_page(request: HttpRequest, codes: Sequence[GivenCode], reach: Scope) -> HttpResponse:
    """The only answer that holds codes, at least one. Views that return it must not be cached."""
    lines = {line.person.pk: line for line in lines_of(reach, [given.user for given in codes])}
    slips = []
    for given in codes:
        role = next(iter(lines[given.user.pk].roles), None)
        place = (role.agency or role.area) if role else None
        slips.append(Slip(given, place.name if place else ""))
    context = {
        "sheets": [slips[at : at + _ON_A_PAGE] for at in range(0, len(slips), _ON_A_PAGE)],
        "count": len(slips),
        # Formatted once: for 3,321 slips it takes a second.
        "until": date_format(localtime(codes[0].expires_at), "SHORT_DATETIME_FORMAT"),
        "address": request.build_absolute_uri(reverse("sign_in_with_code")),
    }
    return render(request, "provinces/members/slips.html", context)
