"""Agencies merged into others: from a day on their work is the successor's, and nothing before."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from core.queue import recalculation
from provinces.lookup import Lookup
from provinces.models import Agency, Delegation, Membership
from provinces.permissions import Permission, has_permission
from provinces.roles import Role
from provinces.scope import scope_of
from tasks.completion.totals import By, CompletionPart, parts, totals
from tasks.imports.task_list.names import agencies_by_name, spelling
from tasks.models import Assignment
from tasks.planning.assigning import assign
from tasks.staffing.merging import merge
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    IndicatorFactory,
    ProvinceFactory,
    TaskFactory,
    UserFactory,
    member,
)
from tests.tasks.conftest import Cast

DAY = date(2025, 7, 1)
BEFORE = DAY - timedelta(days=1)
Absorb = Callable[..., Agency]


@pytest.fixture
def heir(cast: Cast) -> Agency:
    return AgencyFactory.create(code="heir", area=cast.area, name_vi="Sở Nội vụ")


@pytest.fixture
def absorb(cast: Cast, heir: Agency) -> Absorb:
    """Merge the department, or another, into the heir."""

    def run(agency: Agency | None = None, into: Agency | None = None, day: date = DAY) -> Agency:
        gone = agency or cast.agency
        merge(gone, successor=into or heir, merged_on=day, by=cast.coordinator)
        gone.refresh_from_db()
        return gone

    return run


def anew(user: User) -> User:
    return User.objects.get(pk=user.pk)


def shares(cast: Cast, day: date) -> dict[str, int]:
    return {part.key: part.counts.total for part in parts(cast.plan, cast.area, day, By.AGENCY)}


# What moves -----------------------------------------------------------------------------------


def test_the_agency_stands_under_its_successor_with_all_below_it(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    below = AgencyFactory.create(code="below", area=cast.area, parent=cast.agency)
    lower = AgencyFactory.create(code="lower", area=cast.area, parent=below)
    gone = absorb()
    lower.refresh_from_db()
    assert (gone.successor, gone.merged_on, gone.parent) == (heir, DAY, heir)
    assert lower.path == f"{heir.path}{gone.code}/below/lower/"
    lower.save()
    assert lower.path == Agency.objects.get(pk=lower.pk).path


def test_work_keeps_its_agency_and_the_successors_people_report_on_it(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    colleague = member(UserFactory.create(), Role.OFFICER, heir)
    assert not Assignment.objects.visible_to(colleague).exists()
    gone = absorb()
    [work] = Assignment.objects.visible_to(anew(colleague))
    assert work.agency == gone
    assert has_permission(anew(colleague), Permission.REPORT_STATUS, work)


def test_roles_move_and_are_not_doubled(cast: Cast, heir: Agency, absorb: Absorb) -> None:
    both = member(member(UserFactory.create(), Role.OFFICER, cast.agency), Role.OFFICER, heir)
    absorb()
    held = Membership.objects.filter(user__in=[cast.officer, both])
    assert list(held.values_list("role", "agency")) == [("officer", heir.pk)] * 2


def test_roles_that_were_lent_end(cast: Cast, absorb: Absorb) -> None:
    lent = Delegation.objects.create(
        delegator=cast.officer,
        delegate=cast.viewer,
        agency=cast.agency,
        from_day=clock.today(),
        to_day=clock.today(),
    )
    absorb()
    lent.refresh_from_db()
    assert lent.ended_at


def test_the_old_name_finds_the_successor(cast: Cast, heir: Agency, absorb: Absorb) -> None:
    gone = absorb()
    heir.refresh_from_db()
    units = Lookup(scope_of(anew(cast.coordinator)))
    assert units.find(gone.name_vi, Role.OFFICER).pk == heir.pk
    assert agencies_by_name(cast.plan)[spelling(gone.name_vi)] == heir
    assert Agency.objects.filter(search_text__contains=gone.search_text, pk=heir.pk).exists()


def test_a_merged_agency_gets_no_new_work(cast: Cast, absorb: Absorb) -> None:
    task = TaskFactory.create(plan=cast.plan)
    with pytest.raises(Refused):
        assign(
            task,
            agencies=[absorb()],
            assigned_on=DAY,
            due_on=None,
            by=cast.coordinator,
            responsible_text="",
        )


def test_indicators_are_sent_by_the_successors_people(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    indicator = IndicatorFactory.create(owner=cast.agency)
    colleague = member(UserFactory.create(), Role.OFFICER, heir)
    absorb()
    indicator.refresh_from_db()
    assert has_permission(anew(colleague), Permission.READ_INDICATOR, indicator)


def test_one_event_names_all_that_moved(cast: Cast, heir: Agency, absorb: Absorb) -> None:
    before = AuditEvent.objects.count()
    gone = absorb()
    [event] = AuditEvent.objects.order_by("id")[before:]
    assert (event.action, event.subject_key) == ("agency.merge", str(gone.pk))
    assert event.after == {
        "successor": "heir",
        "merged_on": "2025-07-01",
        "assignments": 1,
        "delegations": [],
        "roles": [{"user": "officer", "role": "officer"}],
        "agencies": [],
    }


# What is refused ------------------------------------------------------------------------------


def test_no_agency_is_merged_into_itself_those_below_merged_ones_or_other_areas(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    below = AgencyFactory.create(area=cast.area, parent=cast.agency)
    elsewhere = AgencyFactory.create(area=ProvinceFactory.create(code="38"))
    gone = absorb(AgencyFactory.create(area=cast.area))
    for wrong in (cast.agency, below, elsewhere, gone):
        with pytest.raises(Refused, check=lambda r: r.faults[0].code == "not_a_successor"):
            absorb(into=wrong)
    assert Agency.objects.get(pk=cast.agency.pk).successor is None


def test_it_is_merged_once(cast: Cast, absorb: Absorb) -> None:
    absorb()
    with pytest.raises(Refused, check=lambda r: r.faults[0].code == "already_merged"):
        absorb(into=AgencyFactory.create(area=cast.area))


def test_the_day_is_no_coming_day_and_not_before_a_merger_into_it(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    absorb()
    third = AgencyFactory.create(area=cast.area)
    for day, code in (
        (clock.today() + timedelta(days=1), "future"),
        (BEFORE, "too_early"),
        (date(2019, 12, 31), "too_early"),
    ):
        with pytest.raises(Refused) as caught:
            absorb(heir, into=third, day=day)
        assert [fault.code for fault in caught.value.faults] == [code]


def test_places_that_would_lie_too_deep_are_refused(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    below = AgencyFactory.create(code="x" * 60, area=cast.area, parent=cast.agency)
    AgencyFactory.create(code="w" * 20, area=cast.area, parent=below)
    deep = AgencyFactory.create(code="y" * 60, area=cast.area, parent=heir)
    deeper = AgencyFactory.create(code="z" * 60, area=cast.area, parent=deep)
    with pytest.raises(Refused, check=lambda r: r.faults[0].code == "path_too_long"):
        absorb(into=deeper)


def test_only_coordinators_of_the_area_merge(cast: Cast, heir: Agency) -> None:
    far = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="38"))
    for stranger in (cast.officer, cast.reviewer, far):
        with pytest.raises(PermissionDenied):
            merge(cast.agency, successor=heir, merged_on=DAY, by=stranger)


# Figures by agency ----------------------------------------------------------------------------


def test_from_that_day_on_its_numbers_count_under_the_successor(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    AssignmentFactory.create_batch(2, task__plan=cast.plan, agency=heir)
    recalculation.recalculate_all()
    gone = absorb()
    assert shares(cast, BEFORE) == {gone.code: 1, "heir": 2}
    assert shares(cast, DAY) == {"heir": 3}


def test_earlier_days_are_told_as_before(cast: Cast, heir: Agency, absorb: Absorb) -> None:
    AssignmentFactory.create(task__plan=cast.plan, agency=heir)
    recalculation.recalculate_all()

    def told() -> list[CompletionPart]:
        return parts(cast.plan, cast.area, BEFORE, By.AGENCY)

    earlier = told()
    absorb()
    recalculation.recalculate_all()
    assert told() == earlier


def test_chains_are_followed_as_far_as_their_days_have_come(
    cast: Cast, heir: Agency, absorb: Absorb
) -> None:
    recalculation.recalculate_all()
    third, later = AgencyFactory.create(code="third", area=cast.area), DAY + timedelta(days=30)
    gone = absorb()
    heir.refresh_from_db()
    absorb(heir, into=third, day=later)
    days = (BEFORE, DAY, later - timedelta(days=1), later)
    assert [list(shares(cast, day)) for day in days] == [[gone.code], ["heir"], ["heir"], ["third"]]
    assert Agency.objects.get(pk=gone.pk).short_name_now == f"{gone.name} (nay thuộc {third.name})"


@pytest.mark.parametrize("day", [BEFORE, DAY])
def test_parts_add_up_and_raw_rows_agree(
    cast: Cast, heir: Agency, absorb: Absorb, day: date
) -> None:
    AssignmentFactory.create(task__plan=cast.plan, agency=heir, task__due_on=date(2025, 6, 1))
    recalculation.recalculate_all()
    absorb()
    found = parts(cast.plan, cast.area, day, By.AGENCY)
    whole = totals(cast.plan, cast.area, day)
    assert sum((p.counts for p in found[1:]), found[0].counts) == whole
    assert found == parts(cast.plan, cast.area, day, By.AGENCY, timezone.now())


# Pages ----------------------------------------------------------------------------------------


@pytest.fixture
def office(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.coordinator)
    return client


def test_the_page_says_what_will_happen_before_it_does(
    cast: Cast, heir: Agency, office: Client
) -> None:
    address = f"/agencies/{cast.agency.code}/merge/"
    given = {"successor": "heir", "merged_on": "2025-07-01"}
    assert "1 nhiệm vụ đang mở" in office.post(address, {**given, "look": "1"}).content.decode()
    typed = office.post(address, {**given, "edit": "1"}).content.decode()
    assert 'value="heir" checked' in " ".join(typed.split())
    assert Agency.objects.get(pk=cast.agency.pk).successor is None
    assert office.post(address, {**given, "save": "1"}).status_code == 302
    assert Agency.objects.get(pk=cast.agency.pk).successor == heir
    assert "Sở Nội vụ" in office.get(address).content.decode()
    assert office.post(address, {**given, "save": "1"}).status_code == 409


@pytest.mark.parametrize(
    "given",
    [{}, {"successor": "nobody"}, {"merged_on": "31/2/2025"}, {"merged_on": "2999-01-01"}],
)
def test_what_is_wrong_is_said_and_nothing_happens(
    cast: Cast, heir: Agency, office: Client, given: dict[str, str]
) -> None:
    sent = {"successor": "heir", "merged_on": "2025-07-01", "save": "1"} | given if given else {}
    answer = office.post(f"/agencies/{cast.agency.code}/merge/", {"save": "1", **sent})
    assert answer.status_code in {400, 422}
    assert "error-summary" in answer.content.decode()
    assert Agency.objects.get(pk=cast.agency.pk).successor is None


def test_lists_name_the_successor_at_the_same_cost(
    cast: Cast,
    absorb: Absorb,
    office: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    others = [AgencyFactory.create(area=cast.area) for _ in range(6)]
    for other in others:
        AssignmentFactory.create(task__plan=cast.plan, agency=other)
    for gone in (cast.agency, *others):
        absorb(gone)
    for address in ("/tasks/", "/agencies/", f"/assignments/{cast.assignment.pk}/"):
        with django_assert_max_num_queries(19):
            text = office.get(address).content.decode()
        assert "thuộc Sở Nội vụ" in text


def test_agencies_of_the_area_are_found_by_name(cast: Cast, heir: Agency, office: Client) -> None:
    text = office.get("/agencies/?q=so noi vu").content.decode()
    assert "/agencies/heir/merge/" in text
    assert f"/agencies/{cast.agency.code}/merge/" not in text


def test_the_successors_people_may_be_responsible(
    cast: Cast, heir: Agency, absorb: Absorb, office: Client
) -> None:
    colleague = member(UserFactory.create(full_name="Lê Thị Tư"), Role.OFFICER, heir)
    absorb()
    page = office.get(f"/planning/assignments/{cast.assignment.pk}/").content.decode()
    assert f'<option value="{colleague.pk}"' in page


def test_a_document_keeps_its_standing_agency(cast: Cast, absorb: Absorb, office: Client) -> None:
    cast.plan.standing_agency = cast.agency
    cast.plan.save()
    absorb()
    page = office.get(f"/planning/documents/{cast.plan.pk}/change/").content.decode()
    assert f'<option value="{cast.agency.pk}" selected>' in page
