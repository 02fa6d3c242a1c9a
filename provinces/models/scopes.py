"""What connected systems may touch: things of one kind × areas. Nothing but what a scope names."""

from collections.abc import Sequence
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import ApiClient
from provinces.models.places import Area
from provinces.models.plans import Plan


class AreaScope(models.Model):
    """A thing (empty: all) in an area and below (empty: all).

    An area includes the units that were merged into it. ``thing`` is the field beside the area,
    and ``code`` the field by which that is known.
    """

    thing: ClassVar[str]
    code: ClassVar[str]
    client: "models.ForeignKey[ApiClient, ApiClient]"

    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("area"),
    )
    can_write = models.BooleanField(_("may write"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.client}: {getattr(self, self.thing) or '*'} × {self.area or '*'}"

    def rights(self) -> dict[str, object]:
        """The scope by codes, as the audit and the API show it; None: all."""
        return {
            self.thing: getattr(getattr(self, self.thing), self.code, None),
            "area": self.area.code if self.area else None,
            "can_write": self.can_write,
        }

    @classmethod
    def held_by(cls, client: ApiClient) -> Sequence[Self]:
        """The client's scopes of this kind, read once per request (1 SQL query)."""
        held: Sequence[Self] | None = client.__dict__.get(f"_{cls.__name__}")
        if held is None:
            rows = cls._default_manager.filter(client=client).select_related(cls.thing, "area")
            held = client.__dict__[f"_{cls.__name__}"] = tuple(rows)
        return held

    def names(self, row: models.Model) -> bool:
        """Is this thing the one, or are all?"""
        return getattr(self, f"{self.thing}_id") in (None, row.pk)

    def reaches(self, area: Area) -> bool:
        """1 SQL query if the area was merged away and its successor is not loaded."""
        if self.area is None or area.path.startswith(self.area.path):
            return True
        return area.successor is not None and area.successor.path.startswith(self.area.path)

    def within(self, area: str = "area") -> Q:
        """The filter for rows whose area, at that lookup, lies in the scope."""
        if self.area is None:
            return Q(pk__isnull=False)
        path = self.area.path
        return Q(**{f"{area}__path__startswith": path}) | Q(
            **{f"{area}__successor__path__startswith": path}
        )


class PlanScope(AreaScope):
    """The tasks of a document in an area: to be read, and with ``can_write`` reported on."""

    thing, code = "plan", "number"

    client = models.ForeignKey(
        ApiClient,
        on_delete=models.CASCADE,
        related_name="plan_scopes",
        verbose_name=_("connected system"),
    )
    plan = models.ForeignKey(
        Plan,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("document"),
    )

    class Meta:
        verbose_name = _("tasks a connected system may touch")
        verbose_name_plural = _("tasks connected systems may touch")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "plan", "area"],
                condition=Q(plan__isnull=False, area__isnull=False),
                name="plan_scope_once",
            ),
        ]

    def named(self, area: str, plan: str) -> Q:
        """The filter for rows whose area and document, at those lookups, lie in the scope."""
        is_named = Q(**{plan: self.plan_id}) if self.plan_id else Q(**{f"{plan}__isnull": False})
        return self.within(area) & is_named
