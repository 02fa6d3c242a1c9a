"""The page of overdue tasks: whose, since when, why, and a text to remind with."""

from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries as DjangoAssertMaxNumQueries

from dashboards.frame.day import Asked
from dashboards.pages.late import Filters, delays
from provinces.models import Agency
from provinces.roles import Role
from tasks.models import Proposal
from tests.dashboards.conftest import DAY, Give, Place, Visit
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    ObstacleFactory,
    PlanFactory,
    ProvinceFactory,
    StatusReportFactory,
    UserFactory,
    member,
)

LATE, LATER = date(2025, 10, 1), date(2025, 11, 1)
ASKED = Asked(DAY, DAY - timedelta(days=7))


def test_late_tasks_stand_under_their_agency_the_longest_overdue_first(
    place: Place, give: Give
) -> None:
    second, first = give(LATER), give(LATE)
    give(date(2025, 11, 15))
    give(LATE, done=LATER)
    (unit,) = delays(place.viewer, ASKED, Filters()).units
    assert (unit.name, unit.head) == ("Sở Khoa học và Công nghệ", "Nguyễn Thị Hoa")
    assert [(one.id, one.days) for one in unit.delays] == [(first.pk, 45), (second.pk, 14)]


def test_why_and_until_when_are_those_last_reported_by_that_day(place: Place, give: Give) -> None:
    late = give(LATE)
    for day, cause in ((LATE, "Thiếu vốn"), (LATER, "Chờ đấu thầu"), (date(2025, 12, 1), "Mưa")):
        StatusReportFactory.create(
            assignment=late,
            effective_on=day,
            cause=cause,
            cause_kind="objective",
            remedy="Họp hằng tuần",
            expected_on=date(2025, 11, 10),
        )
    StatusReportFactory.create(assignment=late, effective_on=date(2025, 11, 2))
    (one,) = delays(place.viewer, ASKED, Filters()).units[0].delays
    assert (one.cause_kind, one.cause) == ("khách quan", "Chờ đấu thầu")
    assert one.remedy == "Họp hằng tuần"
    assert (one.expected_on, one.expectation_passed) == (date(2025, 11, 10), True)


def test_what_stands_in_the_way_is_told_with_its_proposal(place: Place, give: Give) -> None:
    late = give(LATE)
    sent = Proposal.objects.create(
        text_vi="Bổ sung biên chế",
        area=place.area,
        addressee_text="Bộ Nội vụ",
        sent_on=LATER,
        letter_number="12/UBND",
    )
    ObstacleFactory.create(assignment=late, proposal=sent)
    (found,) = delays(place.viewer, ASKED, Filters()).units[0].delays[0].hindrances
    assert (found.proposal, found.addressee, found.letter) == (
        "Bổ sung biên chế",
        "Bộ Nội vụ",
        "12/UBND",
    )
    assert not delays(place.viewer, replace(ASKED, day=LATE), Filters()).units


def test_the_reminder_names_unit_head_tasks_and_days(place: Place, give: Give) -> None:
    late = give(LATE, task__title_vi="Xây dựng trung tâm dữ liệu", task__number="7")
    StatusReportFactory.create(
        assignment=late, effective_on=LATER, expected_on=date(2025, 12, 1), remedy="Tăng ca"
    )
    (unit,) = delays(place.viewer, ASKED, Filters()).units
    to, told, line, asked = unit.reminder.splitlines()
    assert to == "Kính gửi: Sở Khoa học và Công nghệ (Nguyễn Thị Hoa)"
    assert told.startswith("Tính đến ngày 15/11/2025")
    assert told.endswith(": 1.")
    assert line == (
        "1. Xây dựng trung tâm dữ liệu (305-KH/TU, nhiệm vụ số 7): thời hạn 01/10/2025, "
        "quá hạn 45 ngày; đơn vị dự kiến hoàn thành ngày 01/12/2025"
    )
    assert asked.startswith("Đề nghị")


def test_assignments_of_communes_are_a_list_of_their_own(place: Place, give: Give) -> None:
    give(LATE)
    commune = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
    give(LATE, agency=commune)
    give(LATER, agency=commune)
    found = delays(place.viewer, ASKED, Filters())
    assert [(kind.key, kind.count) for kind in found.kinds] == [("agencies", 1), ("communes", 2)]
    assert (found.level, found.total) == ("agencies", 1)
    assert delays(place.viewer, ASKED, Filters(level="communes")).units[0].total == 2


def test_document_and_province_narrow_the_list(place: Place, give: Give) -> None:
    give(LATE)
    elsewhere = AgencyFactory.create(area=ProvinceFactory.create(code="01"))
    give(LATE, agency=elsewhere, task__plan=PlanFactory.create(number="01-KH"))
    everything = delays(place.viewer, ASKED, Filters())
    assert (len(everything.units), everything.plans) == (2, ("01-KH", "305-KH/TU"))
    assert [unit.name for unit in delays(place.viewer, ASKED, Filters(area="01")).units] == [
        elsewhere.name
    ]
    assert [unit.name for unit in delays(place.viewer, ASKED, Filters(plan="305-KH/TU")).units] == [
        place.agency.name
    ]
    assert delays(place.viewer, ASKED, Filters(plan="01-KH", area="40")).units == ()


def test_nobody_sees_a_task_outside_their_places(place: Place, give: Give, visit: Visit) -> None:
    late = give(LATE)
    stranger = member(UserFactory.create(), Role.OFFICER, AgencyFactory.create())
    assert delays(stranger, ASKED, Filters()).units == ()
    assert late.task.title_vi in visit("/late/").content.decode()
    assert late.task.title_vi not in visit("/late/", by=stranger).content.decode()


def test_the_text_to_copy_stands_on_the_page_without_scripts(
    place: Place, give: Give, visit: Visit
) -> None:
    give(LATE)
    for language, words in (("vi", "Kính gửi: Sở"), ("en", "To: Department")):
        assert words in unescape(visit("/late/", language).content.decode())


def test_an_unknown_kind_is_refused_and_an_unknown_document_finds_nothing(
    place: Place, give: Give, visit: Visit
) -> None:
    give(LATE)
    assert visit("/late/", level="wards").status_code == 400
    assert "khớp với bộ lọc" in visit("/late/", plan="999", area="<b>").content.decode()


def test_the_page_costs_the_same_for_one_late_task_and_for_many(
    place: Place,
    give: Give,
    client: Client,
    django_assert_max_num_queries: DjangoAssertMaxNumQueries,
) -> None:
    for _ in range(12):
        ObstacleFactory.create(assignment=give(LATE, agency=AgencyFactory.create()))
    client.force_login(place.viewer)
    with django_assert_max_num_queries(12):
        client.get("/late/")


def test_what_is_not_shown_is_counted_and_on_another_page(
    place: Place, give: Give, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.pages.late.PAGE_SIZE", 2)
    for _ in range(3):
        give(LATE)
    found = [delays(place.viewer, ASKED, Filters(), page) for page in ("1", "2")]
    assert [(one.total, one.units[0].total) for one in found] == [(3, 3), (3, 3)]
    shown = [delay.id for one in found for delay in one.units[0].delays]
    assert len(set(shown)) == len(shown) == 3
    assert f"/late/?page=2&amp;as_of={DAY}" in visit("/late/").content.decode()


def test_what_a_merged_agency_left_is_late_with_its_successor(place: Place, give: Give) -> None:
    heir = AgencyFactory.create(code="heir", name_vi="Sở Nội vụ")
    give(LATE)
    give(LATER, agency=heir)
    Agency.objects.filter(pk=place.agency.pk).update(successor=heir, merged_on=DAY)
    (unit,) = delays(place.viewer, ASKED, Filters()).units
    assert (unit.name, unit.total) == ("Sở Nội vụ", 2)
    assert [one.once for one in unit.delays] == [place.agency.short_name, ""]
    assert unit.reminder.startswith("Kính gửi: Sở Nội vụ")
    yesterday = delays(place.viewer, replace(ASKED, day=DAY - timedelta(days=1)), Filters()).units
    assert [(unit.name, unit.total) for unit in yesterday] == [
        (place.agency.name, 1),
        ("Sở Nội vụ", 1),
    ]
