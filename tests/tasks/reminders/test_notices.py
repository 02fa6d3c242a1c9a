"""What one is told on the pages: whose it is, what is new, and what the page costs."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries as DjangoAssertMaxNumQueries

from core.calendar import clock
from core.models import User
from provinces.roles import Role
from tasks.models import Assignment, Escalation, NoticesSeen
from tasks.reminders.notices import Group, count_new, mark_seen, notices_of
from tasks.reporting import extensions, reviews
from tests.factories import (
    AgencyFactory,
    ExtensionFactory,
    IndicatorFactory,
    UserFactory,
    member,
    reading,
)
from tests.tasks.conftest import Cast
from tests.tasks.steps import due, report

pytestmark = pytest.mark.django_db


def told(user: User) -> dict[str, Group]:
    user.__dict__.pop("_grants", None)
    return {str(group.title): group for group in notices_of(user)}


def due_in(cast: Cast, days: int, **fields: object) -> Assignment:
    return due(cast, clock.today() + timedelta(days=days), **fields)


def test_deadlines_passed_and_near_are_told(cast: Cast) -> None:
    late, soon = due_in(cast, -3), due_in(cast, 7)
    due_in(cast, 8)
    found = told(cast.officer)
    assert [one.url for one in found["Quá hạn"].notices] == [late.get_absolute_url()]
    assert [one.url for one in found["Sắp đến hạn"].notices] == [soon.get_absolute_url()]
    assert told(cast.stranger) == {}


def test_a_returned_report_is_told_with_its_reason_until_a_new_one_is_sent(cast: Cast) -> None:
    reviews.review_report(
        report(cast.assignment, cast.officer),
        by=cast.reviewer,
        decision="returned",
        reason="Thiếu minh chứng",
    )
    assert [one.detail for one in told(cast.officer)["Trả lại"].notices] == ["Thiếu minh chứng"]
    report(cast.assignment, cast.officer)
    assert told(cast.officer) == {}


def test_a_decision_on_more_time_is_told_with_its_note(cast: Cast) -> None:
    asked = ExtensionFactory.create(
        assignment=cast.assignment, new_due_on=date(2100, 1, 31), requested_by=cast.officer
    )
    assert told(cast.officer) == {}
    extensions.decide_extension(asked, by=cast.reviewer, granted=False, note="Đã gia hạn một lần")
    (one,) = told(cast.officer)["Quyết định gia hạn"].notices
    assert one.detail == "Không đồng ý gia hạn. Đã gia hạn một lần"


def test_a_coordinating_agency_hears_what_the_lead_agency_reported(cast: Cast) -> None:
    helper = AgencyFactory.create()
    colleague = member(UserFactory.create(), Role.OFFICER, helper)
    cast.assignment.coordinating.add(helper)
    report(cast.assignment, cast.officer, result="Đã khởi công")
    report(cast.assignment, cast.officer, result="Đã xong móng")
    (one,) = told(colleague)["Đơn vị chủ trì báo cáo việc đơn vị bạn phối hợp"].notices
    assert one.detail == "Đã xong móng"


def test_a_reviewer_is_told_how_much_waits(cast: Cast) -> None:
    report(cast.assignment, cast.officer)
    (one,) = told(cast.reviewer)["Chờ duyệt"].notices
    assert (one.text, one.url) == ("1 báo cáo chờ bạn xem xét", "/review/")


def test_a_head_is_told_of_an_escalation_and_the_officers_are_not(cast: Cast) -> None:
    head, late = member(UserFactory.create(), Role.AGENCY_HEAD, cast.agency), due_in(cast, -20)
    for days in (15, 45):
        Escalation.objects.create(
            assignment=late, due_on=clock.today(), after_days=days, raised_on=clock.today()
        )
    (one,) = told(head)["Trình người đứng đầu"].notices
    assert one.detail.startswith("Quá hạn hơn 45 ngày")
    assert "Trình người đứng đầu" not in told(cast.officer)


def test_an_office_without_people_is_looked_after_by_the_one_above(cast: Cast) -> None:
    below = AgencyFactory.create(parent=cast.agency)
    due_in(cast, -3, agency=below)
    assert told(cast.officer)["Quá hạn"].total == 1
    member(UserFactory.create(), Role.OFFICER, below)
    assert told(cast.officer) == {}


def test_the_owner_of_an_indicator_is_told_what_is_missing(cast: Cast) -> None:
    indicator = IndicatorFactory.create(owner=cast.agency, frequency="year")
    reading(indicator, cast.area, "2020", "13")
    (one,) = told(cast.officer)["Số liệu cần gửi"].notices
    assert one.url == f"/indicators/{indicator.code}/"
    assert told(cast.stranger) == {}


def test_what_was_seen_is_no_longer_new_and_what_comes_after_is(cast: Cast) -> None:
    due_in(cast, -3)
    assert count_new(notices_of(cast.officer)) == 1
    mark_seen(cast.officer, clock.now())
    assert count_new(notices_of(cast.officer)) == 0
    reviews.review_report(
        report(cast.assignment, cast.officer), by=cast.reviewer, decision="returned", reason="?"
    )
    assert count_new(notices_of(cast.officer)) == 1


def test_what_was_seen_never_goes_back_nor_ahead_of_now(cast: Cast) -> None:
    now = clock.now()
    mark_seen(cast.officer, now + timedelta(days=9))
    kept = NoticesSeen.objects.get().seen_at
    assert kept <= clock.now()
    mark_seen(cast.officer, now - timedelta(days=9))
    assert NoticesSeen.objects.get().seen_at == kept


def test_the_page_marks_what_it_showed_as_seen(cast: Cast, client: Client) -> None:
    late = due_in(cast, -3)
    client.force_login(cast.officer)
    page = client.get("/notices/")
    assert late.task.title_vi in page.content.decode()
    assert client.get("/notices/count/").json() == {"new": 1}
    until = page.context["until"].isoformat()
    assert client.post("/notices/seen/", {"until": until})["Location"] == "/notices/"
    assert client.get("/notices/count/").json() == {"new": 0}


@pytest.mark.parametrize("until", ["", "31/2/2025", "2025-02-31T00:00:00Z", "2025-01-01T00:00"])
def test_a_moment_that_is_none_marks_nothing(cast: Cast, client: Client, until: str) -> None:
    client.force_login(cast.officer)
    assert client.post("/notices/seen/", {"until": until}).status_code == 302
    assert not NoticesSeen.objects.exists()


def test_nothing_to_tell_is_said_so(cast: Cast, client: Client) -> None:
    client.force_login(cast.stranger)
    assert "Không có việc cần nhắc" in client.get("/notices/").content.decode()


def test_the_page_costs_the_same_for_one_notice_and_for_many(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertMaxNumQueries
) -> None:
    member(cast.officer, Role.AGENCY_HEAD, cast.agency)
    for _ in range(6):
        late = due_in(cast, -3)
        Escalation.objects.create(
            assignment=late, due_on=clock.today(), after_days=1, raised_on=clock.today()
        )
        due_in(cast, 3)
        reading(
            IndicatorFactory.create(owner=cast.agency, frequency="year"), cast.area, "2020", "1"
        )
        reviews.review_report(
            report(due_in(cast, 90), cast.officer),
            by=cast.reviewer,
            decision="returned",
            reason="Thiếu",
        )
    client.force_login(cast.officer)
    with django_assert_max_num_queries(25):
        client.get("/notices/")
