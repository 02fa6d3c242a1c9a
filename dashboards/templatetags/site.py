"""The frame around every page: menu by role, places of the reader."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import template
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import User
from dashboards.frame.day import Asked, asked_of
from dashboards.frame.places import Place, places_of
from provinces.models import Delegation, Plan
from provinces.permissions import (
    Permission,
    grants,
    has_permission,
    holds_anywhere,
    sees_everything,
)
from provinces.roles import AGENCY_ROLES, REVIEW_FOLLOWERS, Role

register = template.Library()

_Reader = User | AnonymousUser


@dataclass(frozen=True)
class Entry:
    """A page of the menu. ``is_for``: who finds it there."""

    url: str
    label: str | Promise
    is_for: Callable[[_Reader], bool] = lambda _reader: True


@dataclass(frozen=True)
class MenuItem:
    url: str
    label: str | Promise
    is_current: bool


def _is_officer(reader: _Reader) -> bool:
    return holds_anywhere(reader, AGENCY_ROLES)


def _is_coordinator(reader: _Reader) -> bool:
    return has_permission(reader, Permission.MANAGE_CLIENTS)


def _follows_reviews(reader: _Reader) -> bool:
    return holds_anywhere(reader, REVIEW_FOLLOWERS) or sees_everything(reader)


def _may_have_reviews(reader: _Reader) -> bool:
    """Reviewers and coordinators, and heads once a document asks for their approval."""
    if _follows_reviews(reader):
        return True
    plans = Plan.objects.filter(requires_agency_approval=True)
    return holds_anywhere(reader, [Role.AGENCY_HEAD]) and plans.exists()


def _may_read_reports(reader: _Reader) -> bool:
    """Whoever holds a role in an area, not in an agency alone."""
    in_areas = set(Role) - set(AGENCY_ROLES)
    return holds_anywhere(reader, in_areas) or sees_everything(reader)


ENTRIES = (
    Entry("/", _("Overview")),
    Entry("/targets/", _("Targets")),
    Entry("/tasks/", _("My tasks"), _is_officer),
    Entry(
        "/tasks/",
        _("Tasks"),
        lambda reader: isinstance(reader, User) and not _is_officer(reader),
    ),
    Entry("/review/", _("To be reviewed"), _may_have_reviews),
    Entry("/provinces/", _("Areas")),
    Entry("/communes/", _("Communes")),
    Entry("/indicators/", _("Data")),
    Entry("/plans/", _("Documents")),
)
TOOLS = (
    Entry("/compare/", _("Compare areas")),
    Entry("/late/", _("Overdue tasks")),
    Entry("/proposals/", _("Proposals"), _follows_reviews),
    Entry("/reports/", _("Reports"), _may_read_reports),
    Entry(
        "/delegations/",
        _("Delegations"),
        lambda reader: _is_officer(reader) or _is_coordinator(reader),
    ),
    Entry("/planning/", _("Documents and assignments"), _is_coordinator),
    Entry("/members/", _("Members and roles"), _is_coordinator),
    Entry("/agencies/", _("Agencies"), _is_coordinator),
    Entry("/clients/", _("Connected systems"), _is_coordinator),
    Entry("/displays/", _("Screens"), _is_coordinator),
    Entry(
        "/activity/",
        _("Activity log"),
        lambda reader: has_permission(reader, Permission.SEE_ACTIVITY),
    ),
)
"""Rarer work, under the reader's own name, so that the menu stays on one line at 1366 px."""


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> list[MenuItem]:
    """The pages of the reader's roles (the roles are read once per request)."""
    return _items(context, ENTRIES)


@register.simple_tag(takes_context=True)
def tools_menu(context: Context) -> list[MenuItem]:
    return _items(context, TOOLS)


def _items(context: Context, entries: Iterable[Entry]) -> list[MenuItem]:
    request: HttpRequest = context["request"]
    asked = asked_of(context.flatten())
    items = []
    for entry in entries:
        if entry.is_for(context["user"]):  # A refused host has no ``request.user`` yet.
            url, path = entry.url, request.path
            # Every path starts with the overview's "/".
            is_current = path == url if url == "/" else path.startswith(url)
            items.append(MenuItem(asked.carried(url), entry.label, is_current))
    return items


@register.simple_tag(takes_context=True)
def passed_over(context: Context) -> Asked | None:
    """The past day that was asked for, on a page that shows today whatever is asked."""
    asked = asked_of(context.flatten())
    return None if asked.is_today or _obeys(context) else asked


@register.simple_tag(takes_context=True)
def not_as_known(context: Context) -> Asked | None:
    """What was asked for as known on a day, on a page that shows what is known today."""
    asked = asked_of(context.flatten())
    return asked if asked.known_on and not _obeys(context) else None


def _obeys(context: Context) -> bool:
    """Whether the page shows the day and the knowledge that are asked for."""
    return isinstance(context.get("asked"), Asked) or "shown_day" in context


@register.simple_tag(takes_context=True)
def acting_for(context: Context) -> list[Delegation]:
    """The delegations that lend the reader roles today (one SQL query where there are any)."""
    reader = context["request"].user
    if not isinstance(reader, User):
        return []
    lent = [grant.delegation for grant in grants(reader) if grant.delegation]
    rows = Delegation.objects.filter(pk__in=lent).select_related("delegator", "agency")
    return list(rows.order_by("to_day")) if lent else []


@register.simple_tag(takes_context=True)
def own_places(context: Context) -> list[Place]:
    """The provinces the reader holds a role in."""
    reader: User | AnonymousUser = context["request"].user
    return places_of(reader)
