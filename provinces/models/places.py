"""Where: the nation, its provinces and communes; and the bodies that answer for work there."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.text.language import Translated, in_language
from core.text.vietnamese import fold, sort_key


def province_code(path: str) -> str:
    """ "VN/40/16654/" → "40"; "" for the nation."""
    below = path.partition("/")[2]
    return below.partition("/")[0]


class AreaQuerySet(models.QuerySet["Area"]):
    def within(self, area: "Area") -> "AreaQuerySet":
        """The area and all below it."""
        return self.filter(path__startswith=area.path)

    def active(self) -> "AreaQuerySet":
        return self.filter(is_active=True)


class Succeeded(Translated):
    """A place that may be merged into another of its kind."""

    successor: Self | None

    class Meta:
        abstract = True

    @property
    def heir(self) -> Self:
        """Who stands for it today: itself, or the end of its chain of mergers.

        Lists load ``successor__successor`` with it; each merger beyond costs one SQL query.
        """
        heir, seen = self, {self.pk}
        while heir.successor and heir.successor.pk not in seen:
            heir = heir.successor
            seen.add(heir.pk)
        return heir


class Area(Succeeded):
    """A unit of the country as of the two-level order of 1 July 2025.

    ``path`` is the chain of codes from the nation down, "VN/40/16654/", so that an area and all
    below it are one prefix. Units merged away are kept inactive ("63-bac-giang"); ``official_code``
    is the code the unit had, which a new unit may have inherited with other borders.

    A commune that was merged on a day (``ended_on``) lies under its successor, whose people reach
    what it left; it keeps its province as ``parent`` (docs/adr/0008).
    """

    class Level(models.TextChoices):
        NATION = "nation", _("nation")
        PROVINCE = "province", _("province")
        COMMUNE = "commune", _("commune")

    class Kind(models.TextChoices):
        NATION = "nation", _("nation")
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COMMUNE = "commune", _("commune")
        WARD = "ward", _("ward")
        SPECIAL_ZONE = "special_zone", _("special zone")

    code = models.CharField(_("code"), max_length=32, unique=True)
    official_code = models.CharField(_("official code"), max_length=8)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    short_name_vi = models.CharField(_("short name in Vietnamese"), max_length=120)
    short_name_en = models.CharField(_("short name in English"), max_length=120, blank=True)
    aliases = models.JSONField(_("also called"), default=list, blank=True)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    path = models.CharField(_("path"), max_length=60, unique=True, editable=False)
    name_key = models.TextField(_("key of the name"), editable=False)
    search_text = models.TextField(_("text to search"), editable=False)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    merged_on = models.DateField(
        _("merged on"),
        null=True,
        blank=True,
        help_text=_("The day its present borders were drawn from older units; empty if kept."),
    )
    successor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    ended_on = models.DateField(
        _("ended on"),
        null=True,
        blank=True,
        help_text=_("The day from which its successor stands for it."),
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["name_key"]
        indexes = [models.Index(fields=["level", "is_active"])]
        constraints = [
            models.CheckConstraint(
                condition=~(Q(level="nation") ^ Q(parent__isnull=True)),
                name="area_only_the_nation_has_no_parent",
                violation_error_message=_("Only the nation belongs to no other area."),
            ),
            models.CheckConstraint(
                condition=Q(is_active=True) | Q(successor__isnull=False),
                name="area_merged_has_successor",
                violation_error_message=_("A unit that was merged away needs its successor."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(is_active=False),
                name="area_ended_is_inactive",
            ),
        ]

    def derive(self) -> None:
        """Fill what follows from the other fields; bulk writers call it themselves."""
        above = self.successor if self.ended_on else self.parent
        self.path = f"{above.path if above else ''}{self.code}/"
        self.name_key = sort_key(self.short_name_vi)
        names = [self.name_vi, self.name_en, self.short_name_vi, self.code, *self.aliases]
        self.search_text = fold(" | ".join(filter(None, names)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    @property
    def short_name(self) -> str:
        return in_language(self.short_name_vi, self.short_name_en)

    @property
    def province_code(self) -> str:
        """The code of the province this area is or lies in; "" for the nation."""
        return province_code(self.path)

    def stood_on(self, day: date) -> bool:
        return self.is_active or bool(self.ended_on and self.ended_on > day)

    def joined(self) -> dict[int, date]:
        """The communes merged into this one, by row number, and from which day on they count here:
        that of the last merger between them (1 SQL query; none for provinces)."""
        if self.level != self.Level.COMMUNE:
            return {}
        rows = Area.objects.within(self).exclude(pk=self.pk).exclude(ended_on=None)
        merged = {code: (pk, path, day) for pk, code, path, day in rows.values_list(*_MERGED)}
        return {
            pk: max(merged[code][2] for code in path.removeprefix(self.path).split("/") if code)
            for pk, path, _day in merged.values()
        }

    def here_on(self, day: date, lookup: str = "area") -> Q:
        """The filter for rows whose Area, at that lookup, is this one or lay in it on the day."""
        later = [pk for pk, joined in self.joined().items() if joined > day]
        return Q(**{f"{lookup}__path__startswith": self.path}) & ~Q(**{f"{lookup}__in": later})


_MERGED = ("pk", "code", "path", "ended_on")


class AgencyQuerySet(models.QuerySet["Agency"]):
    def within(self, area: Area) -> "AgencyQuerySet":
        return self.filter(area__path__startswith=area.path)


class Agency(Succeeded):
    """A body that can be made responsible: a ministry, department, committee or Party office."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    short_name_vi = models.CharField(_("short name in Vietnamese"), max_length=120, blank=True)
    short_name_en = models.CharField(_("short name in English"), max_length=120, blank=True)
    aliases = models.JSONField(_("also called"), default=list, blank=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="agencies", verbose_name=_("area")
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    path = models.CharField(_("path"), max_length=200, unique=True, editable=False)
    name_key = models.TextField(_("key of the name"), editable=False)
    search_text = models.TextField(_("text to search"), editable=False)
    head_name = models.CharField(_("head of the agency"), max_length=120, blank=True)
    head_title_vi = models.CharField(
        _("title of the head in Vietnamese"), max_length=120, blank=True
    )
    head_title_en = models.CharField(_("title of the head in English"), max_length=120, blank=True)
    protocol_order = models.PositiveSmallIntegerField(_("protocol order"), default=999)
    successor = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    merged_on = models.DateField(_("merged on"), null=True, blank=True)
    is_illustrative = models.BooleanField(_("illustrative"), default=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ["protocol_order", "name_key"]
        constraints = [
            models.CheckConstraint(
                condition=~(Q(successor__isnull=True) ^ Q(merged_on__isnull=True)),
                name="agency_merger_has_day_and_successor",
                violation_error_message=_("A merged agency needs both its successor and the day."),
            )
        ]

    def derive(self) -> None:
        """Fill what follows from the other fields; bulk writers call it themselves."""
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"
        self.name_key = sort_key(self.name_vi)
        names = [self.name_vi, self.name_en, self.short_name_vi, *self.aliases]
        self.search_text = fold(" | ".join(filter(None, names)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        super().save(*args, **kwargs)

    @property
    def short_name(self) -> str:
        return in_language(self.short_name_vi, self.short_name_en) or self.name

    @property
    def name_now(self) -> str:
        """With whoever stands for it today: "Sở A (nay thuộc Sở B)"."""
        return self._under(self.name)

    @property
    def short_name_now(self) -> str:
        return self._under(self.short_name)

    def _under(self, name: str) -> str:
        if not self.successor_id:
            return name
        words = {"agency": name, "successor": self.heir.short_name}
        return gettext("%(agency)s (now under %(successor)s)") % words

    @property
    def head_title(self) -> str:
        return in_language(self.head_title_vi, self.head_title_en)

    @property
    def head_with_title(self) -> str:
        """ "Giám đốc Nguyễn Văn A"; the name alone where it is given by its office."""
        if not self.head_name or self.head_name.startswith(self.head_title):
            return self.head_name
        return f"{self.head_title} {self.head_name}"
