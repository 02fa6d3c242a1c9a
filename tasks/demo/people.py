"""The agencies of Nghệ An and the people who report for them; heads are named by office only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from core.models import User
from core.tables.fixtures import read_table, sync, words
from provinces.models import Agency, Area, Delegation, Membership
from provinces.roles import Role

STANDING_AGENCY = "40-skhcn"
PEOPLES_COMMITTEE = "40-ubnd"
_LENDS = "40-stc"
_COLUMNS = (
    "area",
    "parent",
    "path",
    "name_vi",
    "name_en",
    "short_name_vi",
    "short_name_en",
    "aliases",
    "head_name",
    "head_title_vi",
    "head_title_en",
    "protocol_order",
    "name_key",
    "search_text",
)
_COMMUNE_ORDER = 100


@dataclass(frozen=True)
class People:
    """Everybody who appears in the illustrative history."""

    agencies: Mapping[str, Agency]
    reporters: Mapping[str, User]
    """By code of the agency."""
    communes: User
    """Reports for all communes."""
    reviewer: User
    coordinator: User


def load_agencies(province: Area) -> dict[str, Agency]:
    """The departments and Party bodies, parents first; by code."""
    agencies: dict[str, Agency] = {}
    for row in read_table("demo/agencies"):
        agency = Agency(
            code=row["code"],
            area=province,
            parent=agencies.get(row["parent"]),
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            short_name_vi=row["short_name_vi"],
            short_name_en=row["short_name_en"],
            aliases=words(row["aliases"]),
            head_name=row["head_name"],
            head_title_vi=row["head_title_vi"],
            head_title_en=row["head_title_en"],
            protocol_order=int(row["protocol_order"]),
            is_illustrative=True,
        )
        agency.derive()
        sync([agency], key=["code"], update=_COLUMNS)
        agencies[agency.code] = Agency.objects.get(code=agency.code)
    return agencies


def load_commune_committees(province: Area, above: Agency) -> list[Agency]:
    """A People's Committee for each commune, ward and special zone of the province."""
    communes = Area.objects.within(province).filter(level=Area.Level.COMMUNE).order_by("code")
    committees = []
    for commune in communes:
        kind = commune.name_vi[0].lower() + commune.name_vi[1:]  # "xã Quỳnh Lưu"
        committee = Agency(
            code=f"ubnd-{commune.code}",
            area=commune,
            parent=above,
            name_vi=f"Ủy ban nhân dân {kind}",
            name_en=f"People's Committee of {commune.name_en}",
            short_name_vi=f"UBND {kind}",
            short_name_en=commune.name_en,
            head_name=f"Chủ tịch UBND {kind} (minh họa)",
            head_title_vi="Chủ tịch",
            head_title_en="Chair",
            protocol_order=_COMMUNE_ORDER,
            is_illustrative=True,
        )
        committee.derive()
        committees.append(committee)
    sync(committees, key=["code"], update=_COLUMNS)
    codes = [committee.code for committee in committees]
    return list(Agency.objects.filter(code__in=codes).select_related("area").order_by("code"))


def load_reporters(agencies: Mapping[str, Agency], officer: User) -> dict[str, User]:
    """An officer for every agency; only the standing agency's can sign in."""
    reporters = {STANDING_AGENCY: officer}
    for code, agency in agencies.items():
        if code != STANDING_AGENCY:
            reporters[code] = nobody(f"demo-{code}", f"Cán bộ {agency.short_name_vi} (minh họa)")
            Membership.objects.get_or_create(user=reporters[code], role=Role.OFFICER, agency=agency)
    return reporters


def load_delegation(people: People) -> None:
    """An officer who is away lets a colleague of the same department act for them."""
    agency = people.agencies[_LENDS]
    colleague = nobody(f"demo-{_LENDS}-2", f"Cán bộ thứ hai của {agency.short_name_vi} (minh họa)")
    Membership.objects.get_or_create(user=colleague, role=Role.OFFICER, agency=agency)
    Delegation.objects.create(
        agency=agency,
        delegator=people.reporters[_LENDS],
        delegate=colleague,
        from_day=date(2026, 11, 2),
        to_day=date(2026, 12, 31),
    )


def load_commune_reporter() -> User:
    return nobody("demo-40-communes", "Cán bộ tổng hợp cấp xã (minh họa)")


def nobody(username: str, full_name: str) -> User:
    """An account that nobody can sign in to."""
    user, _ = User.objects.get_or_create(
        username=username, defaults={"full_name": full_name, "password": make_password(None)}
    )
    return user
