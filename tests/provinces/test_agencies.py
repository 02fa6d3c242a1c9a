"""Agencies made, changed and renamed by the coordinators of their places."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from core.queue import recalculation
from core.web import editing
from provinces import reference
from provinces.agencies import services
from provinces.agencies.services import CHANGED_FIELDS
from provinces.lookup import Lookup
from provinces.models import Agency, FormerName
from provinces.models.names import NAME_FIELDS
from provinces.roles import Role
from provinces.scope import scope_of
from tasks.completion.totals import By, parts
from tasks.imports.task_list.names import agencies_by_name, spelling
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    ProvinceFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast, cast, coordinator

__all__ = ["cast", "coordinator"]

DAY = date(2025, 11, 1)
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def agency(cast: Cast) -> Agency:
    return AgencyFactory.create(
        code="so-tttt",
        area=cast.area,
        name_vi="Sở Thông tin và Truyền thông",
        short_name_vi="Sở TT&TT",
        name_en="",
    )


@pytest.fixture
def rename(cast: Cast, agency: Agency) -> Callable[..., bool]:
    def run(
        name: str = "Sở Truyền thông", day: date | None = DAY, by: User | None = None, **more: str
    ) -> bool:
        row = Agency.objects.get(pk=agency.pk)
        names = {field: getattr(row, field) for field in NAME_FIELDS} | {"name_vi": name} | more
        return services.rename_agency(
            row,
            by=by or cast.coordinator,
            names=names,
            from_day=day,
            seen=editing.stamp(row, NAME_FIELDS),
        )

    return run


def refusal(run: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        run()
    return [(fault.code, fault.field) for fault in caught.value.faults]


# A new name -------------------------------------------------------------------------------------


def test_a_name_holds_from_its_day_and_the_old_one_before(
    cast: Cast, agency: Agency, rename: Callable[..., bool]
) -> None:
    AssignmentFactory.create(
        task__plan=cast.plan, agency=agency, assigned_on=date(2025, 7, 1), due_on=date(2025, 8, 1)
    )
    recalculation.recalculate_all()
    rename("Sở Truyền thông")
    rename("Sở Số", day=DAY + timedelta(days=9))

    def named(day: date) -> set[str]:
        return {p.label for p in parts(cast.plan, cast.area, day, By.AGENCY)} - {cast.agency.name}

    assert named(BEFORE) == {"Sở Thông tin và Truyền thông"}
    assert named(DAY) == named(DAY + timedelta(days=8)) == {"Sở Truyền thông"}
    assert named(DAY + timedelta(days=9)) == named(clock.today()) == {"Sở Số"}


def test_pages_of_an_earlier_day_show_the_name_of_that_day(
    cast: Cast, agency: Agency, rename: Callable[..., bool], coordinator: Client
) -> None:
    AssignmentFactory.create(
        task__plan=cast.plan,
        task__due_on=date(2025, 8, 1),
        agency=agency,
        assigned_on=date(2025, 7, 1),
        due_on=date(2025, 8, 1),
        original_due_on=date(2025, 8, 1),
    )
    recalculation.recalculate_all()
    rename("Sở Số", short_name_vi="Sở Số")
    pages = ("/provinces/40/", "/late/", "/tasks/")
    for address in pages:
        earlier = coordinator.get(f"{address}?as_of={BEFORE}").content.decode()
        today = coordinator.get(f"{address}?as_of={DAY}").content.decode()
        assert "Sở TT&amp;TT" in earlier or "Sở Thông tin và Truyền thông" in earlier, address
        assert "Sở Số" in today, address
        assert "Sở TT&amp;TT" not in today, address
    assert "Sở Số" not in coordinator.get(f"/provinces/40/?as_of={BEFORE}").content.decode()


def test_the_old_name_finds_the_agency(
    cast: Cast, agency: Agency, rename: Callable[..., bool]
) -> None:
    rename()
    units = Lookup(scope_of(cast.coordinator))
    assert units.find("Sở TT&TT", Role.OFFICER).pk == agency.pk
    assert agencies_by_name(cast.plan)[spelling("Sở Thông tin và Truyền thông")] == agency


def test_a_slip_is_corrected_without_history(agency: Agency, rename: Callable[..., bool]) -> None:
    assert rename("Sở Thông tin và Truyền Thông", day=None)
    fresh = Agency.objects.get(pk=agency.pk)
    assert (fresh.name_vi, fresh.aliases) == ("Sở Thông tin và Truyền Thông", [])
    assert not FormerName.objects.exists()
    assert not rename("Sở Thông tin và Truyền Thông", day=None)


def test_one_event_tells_both_names_and_the_day(
    agency: Agency, rename: Callable[..., bool]
) -> None:
    before = AuditEvent.objects.count()
    rename()
    [event] = AuditEvent.objects.order_by("id")[before:]
    assert (event.action, event.subject_key) == ("agency.rename", str(agency.pk))
    assert event.before == {"name_vi": "Sở Thông tin và Truyền thông"}
    assert event.after == {"name_vi": "Sở Truyền thông", "from_day": "2025-11-01"}


def test_the_day_is_today_or_earlier_and_later_than_the_name_before(
    rename: Callable[..., bool],
) -> None:
    rename()
    tomorrow = clock.today() + timedelta(days=1)
    assert refusal(lambda: rename("Sở Số", day=tomorrow)) == [("future", "from_day")]
    assert refusal(lambda: rename("Sở Số", day=DAY)) == [("too_early", "from_day")]
    assert FormerName.objects.count() == 1


def test_history_is_never_rewritten(agency: Agency, rename: Callable[..., bool]) -> None:
    rename()
    with pytest.raises(DatabaseError), transaction.atomic():
        FormerName.objects.update(until=date(2025, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        FormerName.objects.all().delete()


def test_loading_the_reference_data_again_keeps_the_new_name(
    cast: Cast, rename: Callable[..., bool], agency: Agency
) -> None:
    reference.load_areas()
    reference.load_plans()
    own = Agency.objects.exclude(pk__in=[agency.pk, cast.agency.pk]).filter(area__code="40").first()
    assert own
    names = {field: getattr(own, field) for field in NAME_FIELDS} | {"name_vi": "Ban mới"}
    seen = editing.stamp(own, NAME_FIELDS)
    services.rename_agency(own, by=cast.coordinator, names=names, from_day=DAY, seen=seen)
    reference.load_plans()
    assert Agency.objects.get(pk=own.pk).name_vi == "Ban mới"


# Names are told apart ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Sở Nội vụ", "SỞ NỘI VỤ", "So Noi vu", "SNV", "Sở Cũ"])
def test_a_name_that_another_has_in_the_province_is_refused(
    cast: Cast, rename: Callable[..., bool], name: str
) -> None:
    AgencyFactory.create(
        area=cast.area, name_vi="Sở Nội vụ", short_name_vi="SNV", aliases=["Sở Cũ"]
    )
    assert refusal(lambda: rename(name)) == [("taken", "name_vi")]
    assert not FormerName.objects.exists()


def test_another_province_may_have_the_name(rename: Callable[..., bool]) -> None:
    AgencyFactory.create(area=ProvinceFactory.create(code="38"), name_vi="Sở Truyền thông")
    assert rename("Sở Truyền thông")


# Head, other names, order -----------------------------------------------------------------------


def change(agency: Agency, by: User, **given: Any) -> bool:
    row = Agency.objects.get(pk=agency.pk)
    seen = editing.stamp(row, CHANGED_FIELDS)
    return services.change_agency(row, by=by, given=given, seen=seen)


def test_head_other_names_and_order_are_changed(cast: Cast, agency: Agency) -> None:
    given = {"head_name": "Trần Văn B", "head_title_vi": "Giám đốc", "aliases": ["STTTT"]}
    assert change(agency, cast.coordinator, **given, protocol_order=7)
    fresh = Agency.objects.get(pk=agency.pk)
    assert (fresh.head_with_title, fresh.protocol_order) == ("Giám đốc Trần Văn B", 7)
    assert Lookup(scope_of(cast.coordinator)).find("stttt", Role.OFFICER).pk == agency.pk
    assert agencies_by_name(cast.plan)["stttt"] == agency


def test_another_name_that_somebody_has_is_refused(cast: Cast, agency: Agency) -> None:
    AgencyFactory.create(area=cast.area, short_name_vi="SNV")
    assert refusal(lambda: change(agency, cast.coordinator, aliases=["snv"])) == [
        ("taken", "aliases")
    ]
    long = ["x" * 201]
    assert refusal(lambda: change(agency, cast.coordinator, aliases=long)) == [
        ("too_long", "aliases")
    ]


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(cast: Cast, agency: Agency) -> None:
    row = Agency.objects.get(pk=agency.pk)
    seen = editing.stamp(row, CHANGED_FIELDS)
    change(agency, cast.coordinator, head_name="Người khác")
    with pytest.raises(Refused, check=lambda r: r.status == 412):
        services.change_agency(row, by=cast.coordinator, given={"head_name": "Tôi"}, seen=seen)


# Who may ----------------------------------------------------------------------------------------


def test_only_coordinators_of_the_place_write(
    cast: Cast, agency: Agency, rename: Callable[..., bool]
) -> None:
    far = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="38"))
    commune = member(
        UserFactory.create(), Role.COORDINATOR, CommuneFactory.create(parent=cast.area)
    )
    head = member(UserFactory.create(), Role.AGENCY_HEAD, agency)
    for stranger in (cast.officer, cast.reviewer, cast.viewer, head, far, commune):
        for write in (
            lambda by=stranger: rename(by=by),
            lambda by=stranger: change(agency, by, head_name="Tôi"),
            lambda by=stranger: services.create_agency(
                Agency(), by=by, given={"code": "x", "name_vi": "X", "area": cast.area}
            ),
        ):
            with pytest.raises(PermissionDenied):
                write()


def test_nobody_puts_an_agency_under_one_that_is_not_theirs(cast: Cast) -> None:
    """People of the agency above reach the work of those below."""
    commune = CommuneFactory.create(parent=cast.area)
    own = member(UserFactory.create(), Role.COORDINATOR, commune)
    given = {"code": "x", "name_vi": "X", "area": commune, "parent": cast.agency}
    with pytest.raises(PermissionDenied):
        services.create_agency(Agency(), by=own, given=given)
    far = AgencyFactory.create(area=ProvinceFactory.create(code="38"))
    member(cast.coordinator, Role.COORDINATOR, far.area)
    given["parent"] = far
    assert refusal(lambda: services.create_agency(Agency(), by=cast.coordinator, given=given)) == [
        ("outside_area", "parent")
    ]


# The pages --------------------------------------------------------------------------------------

NEW = {
    "name_vi": "Sở Dân tộc và Tôn giáo",
    "code": "so-dttg",
    "area": "Tỉnh Nghệ An",
    "protocol_order": "12",
    "aliases": "SDTTG\nSở Dân tộc",
    "head_title_vi": "Giám đốc",
    "head_name": "Lê Thị C",
}


def test_an_agency_is_added_and_stands_in_the_list(cast: Cast, coordinator: Client) -> None:
    assert coordinator.post("/agencies/new/", NEW).status_code == 302
    agency = Agency.objects.get(code="so-dttg")
    assert (agency.area, agency.aliases) == (cast.area, ["SDTTG", "Sở Dân tộc"])
    page = coordinator.get("/agencies/?q=sdttg").content.decode()
    assert "/agencies/so-dttg/" in page
    assert "Giám đốc Lê Thị C" in page
    [event] = AuditEvent.objects.filter(action="agency.create")
    assert event.after
    assert event.after["code"] == "so-dttg"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "so-tttt"}, "code"),
        ({"code": "new"}, "code"),
        ({"code": "sở mới"}, "code"),
        ({"name_vi": ""}, "name_vi"),
        ({"name_vi": "SO TT&TT"}, "name_vi"),
        ({"aliases": "Sở TT&TT"}, "aliases"),
        ({"area": "Tỉnh Thanh Hóa"}, "area"),
        ({"area": "không có"}, "area"),
        ({"protocol_order": "-1"}, "protocol_order"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    agency: Agency, coordinator: Client, given: dict[str, str], field: str
) -> None:
    ProvinceFactory.create(code="38", short_name_vi="Thanh Hóa")
    answer = coordinator.post("/agencies/new/", {**NEW, **given})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not Agency.objects.filter(name_vi=NEW["name_vi"]).exists()


def test_the_page_of_an_agency_renames_it_and_tells_its_history(
    agency: Agency, coordinator: Client
) -> None:
    address = f"/agencies/{agency.code}/"
    page = coordinator.get(address)
    sent = {"name_vi": "Sở Số", "from_day": "2025-11-01", "seen": page.context["name_form"].seen}
    wrong = coordinator.post(f"{address}rename/", {**sent, "from_day": "2999-01-01"})
    assert (wrong.status_code, set(wrong.context["name_form"].errors)) == (422, {"from_day"})
    assert "<h1>Sở Thông tin và Truyền thông</h1>" in wrong.content.decode()
    assert coordinator.post(f"{address}rename/", sent).status_code == 302
    shown = coordinator.get(address).content.decode()
    assert "<h1>Sở Số</h1>" in shown
    assert "Sở Thông tin và Truyền thông" in shown
    assert "01/11/2025" in shown


def test_a_merged_agency_is_not_renamed(
    cast: Cast, agency: Agency, rename: Callable[..., bool]
) -> None:
    Agency.objects.filter(pk=agency.pk).update(successor=cast.agency, merged_on=DAY)
    with pytest.raises(Refused, check=lambda r: r.faults[0].code == "merged"):
        rename()


def test_coordinators_find_agencies_in_the_menu(cast: Cast, coordinator: Client) -> None:
    assert 'href="/agencies/"' in coordinator.get("/tasks/").content.decode()
