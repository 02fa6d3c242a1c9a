"""What a coordinator is in charge of: the roles they may give, the people, the accounts."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.calendar import clock
from core.db.conditions import under
from core.models import User
from provinces.models import Delegation, Membership
from provinces.permissions import NATION_PATH, grants, managed_paths, sees_everything
from provinces.roles import Role


@dataclass(frozen=True)
class Scope:
    """``paths``: of the areas they coordinate. ``administered``: of those they administer."""

    paths: tuple[str, ...]
    administered: tuple[str, ...]
    is_whole: bool
    """True for superusers, who are not bound to places."""

    def covers(self, path: str) -> bool:
        return path.startswith(self.paths)

    def may_give(self, role: str, path: str) -> bool:
        """Only administrators make administrators. ``path`` is the area's, or the agency's area."""
        if role == Role.ADMINISTRATOR:
            return self.is_whole or path.startswith(self.administered)
        return self.covers(path)

    @property
    def roles(self) -> list[Role]:
        """The roles they may give in some place."""
        may_all = self.is_whole or bool(self.administered)
        return [role for role in Role if may_all or role is not Role.ADMINISTRATOR]

    @property
    def finds_people_without_roles(self) -> bool:
        return self.is_whole or NATION_PATH in self.paths

    def over(self, *lookups: str) -> Q:
        """The filter for rows with a path in the scope, at one of the lookups."""
        return under(self.paths, *lookups)


def scope_of(user: User) -> Scope:
    """1 SQL query a request, that of ``grants``."""
    held = (grant.area_path for grant in grants(user) if grant.role == Role.ADMINISTRATOR)
    administered = tuple(sorted({path for path in held if path}))
    return Scope(managed_paths(user), administered, sees_everything(user))


def roles_within(reach: Scope) -> QuerySet[Membership]:
    return Membership.objects.filter(reach.over("area__path", "agency__area__path"))


def people_within(reach: Scope) -> QuerySet[User]:
    """People with a role in the scope; if it is the nation, also people without any role.

    Only superusers see superusers.
    """
    if reach.is_whole:
        return User.objects.all()
    people = User.objects.filter(is_superuser=False, is_staff=False)
    if reach.finds_people_without_roles:
        return people
    return people.filter(Exists(roles_within(reach).filter(user=OuterRef("pk"))))


def accounts_within(reach: Scope) -> QuerySet[User]:
    """People with no right outside of the scope; only their accounts may be changed or reset.

    Whoever resets an account can act as its owner. So roles elsewhere, roles of administrators and
    delegations count, too.
    """
    people = people_within(reach)
    if reach.is_whole:
        return people
    held = Membership.objects.filter(user=OuterRef("pk"))
    above = held.filter(role=Role.ADMINISTRATOR).exclude(under(reach.administered, "area__path"))
    lent = Delegation.objects.filter(delegate=OuterRef("pk"), to_day__gte=clock.today())
    return people.filter(
        ~Exists(held.exclude(reach.over("area__path", "agency__area__path"))),
        ~Exists(above),
        ~Exists(lent.exclude(reach.over("agency__area__path"))),
    )
