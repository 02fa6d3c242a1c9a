"""Communes merged into one: area and agencies together, from a day, and nothing before."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from core.calendar import clock
from core.errors import Refused
from core.models import AuditEvent, User
from core.queue import recalculation
from dashboards.sums import series as charted
from indicators.models import ClientScope
from indicators.recording.services import draft_of
from provinces import reference
from provinces.lookup import Lookup, communes_on
from provinces.models import Agency, Area, Membership, PlanScope
from provinces.permissions import Permission, has_permission
from provinces.roles import Role
from provinces.scope import scope_of
from targets.awaited import awaited
from tasks.completion.as_of import statuses_on
from tasks.completion.counts import Counts
from tasks.completion.totals import By, parts, series, totals
from tasks.imports.task_list.names import agencies_by_name, spelling
from tasks.models import Assignment, Completion
from tasks.planning.fan_out import fan_out
from tasks.staffing.communes import merge_communes, new_commune
from tests.factories import (
    AgencyFactory,
    ApiClientFactory,
    AssignmentFactory,
    CommuneFactory,
    IndicatorFactory,
    ObstacleFactory,
    ProvinceFactory,
    StatusReportFactory,
    TaskFactory,
    UserFactory,
    member,
    reading,
)
from tests.tasks.conftest import Cast

DAY = date(2025, 11, 1)
BEFORE = DAY - timedelta(days=1)


def commune(code: str, name: str) -> Area:
    area = CommuneFactory.create(code=code, short_name_vi=name)
    AgencyFactory.create(
        code=f"ubnd-{code}",
        area=area,
        name_vi=f"Ủy ban nhân dân xã {name}",
        short_name_vi=f"UBND xã {name}",
        name_en="",
    )
    return area


@dataclass(frozen=True)
class Three:
    """Tân An and Bình Lộc are merged into Cẩm Sơn, or all into a new one."""

    first: Area
    second: Area
    third: Area

    @property
    def all(self) -> tuple[Area, Area, Area]:
        return self.first, self.second, self.third


@pytest.fixture
def three(cast: Cast) -> Three:
    return Three(
        commune("16001", "Tân An"), commune("16002", "Bình Lộc"), commune("16003", "Cẩm Sơn")
    )


@pytest.fixture
def merged(cast: Cast, three: Three) -> Callable[..., Area]:
    """Merge the first two, or others, into the third, or another."""

    def run(*communes: Area, into: Area | None = None, day: date = DAY) -> Area:
        rows = [Area.objects.get(pk=one.pk) for one in communes or (three.first, three.second)]
        goal = into or Area.objects.get(pk=three.third.pk)
        return merge_communes(rows, into=goal, merged_on=day, by=anew(cast.coordinator)).into

    return run


def anew(user: User) -> User:
    return User.objects.get(pk=user.pk)


def body(area: Area) -> Agency:
    return Agency.objects.get(area=area)


def work(cast: Cast, area: Area, n: int = 1, **given: Any) -> list[Assignment]:
    rows = AssignmentFactory.create_batch(
        n, task__plan=cast.plan, agency=body(area), assigned_on=date(2025, 7, 1), **given
    )
    recalculation.recalculate_all()
    return rows


def shares(cast: Cast, day: date, by: By = By.AREA) -> dict[str, int]:
    return {part.key: part.counts.total for part in parts(cast.plan, cast.area, day, by)}


# What moves -----------------------------------------------------------------------------------


def test_areas_and_agencies_end_together_under_their_successors(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    into = merged()
    for old in (three.first, three.second):
        area, agency = Area.objects.get(pk=old.pk), body(old)
        assert (area.successor, area.ended_on, area.is_active) == (into, DAY, False)
        assert area.path == f"{into.path}{area.code}/"
        assert (area.parent, area.province_code) == (cast.area, "40")
        assert (agency.successor, agency.merged_on) == (body(three.third), DAY)


def test_people_of_the_successor_report_on_the_work_and_roles_move(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    [old] = work(cast, three.first)
    officer = member(UserFactory.create(), Role.OFFICER, body(three.first))
    reviewer = member(UserFactory.create(), Role.REVIEWER, three.second)
    viewer = member(UserFactory.create(), Role.VIEWER, three.third)
    colleague = member(UserFactory.create(), Role.OFFICER, body(three.third))
    assert not Assignment.objects.visible_to(colleague).exists()
    into = merged()
    held = set(Membership.objects.values_list("user", "area", "agency"))
    assert {(officer.pk, None, body(three.third).pk), (reviewer.pk, into.pk, None)} <= held
    for person in (officer, colleague, reviewer, viewer):
        assert list(Assignment.objects.visible_to(anew(person))) == [old]
    for person in (officer, colleague):
        fresh = Assignment.objects.get(pk=old.pk)
        assert has_permission(anew(person), Permission.REPORT_STATUS, fresh)


def test_a_new_commune_gets_the_offices_that_the_old_ones_had(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    new = new_commune(
        code="16099", kind="ward", name="Tân Sơn", name_en="Tan Son", province=cast.area
    )
    merged(*three.all, into=new)
    area = Area.objects.get(code="16099")
    assert (area.name_vi, area.name_en, area.parent) == (
        "Phường Tân Sơn",
        "Tan Son Ward",
        cast.area,
    )
    assert (body(area).name_vi, body(area).code) == (
        "Ủy ban nhân dân phường Tân Sơn",
        "ubnd-16099",
    )
    assert {body(old).successor for old in three.all} == {body(area)}


def test_one_event_names_all_that_moved(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    work(cast, three.first)
    member(UserFactory.create(username="an"), Role.OFFICER, body(three.first))
    before = AuditEvent.objects.count()
    into = merged()
    [event] = AuditEvent.objects.order_by("id")[before:]
    assert (event.action, event.subject_key) == ("area.merge", str(into.pk))
    assert event.after == {
        "areas": ["16001", "16002"],
        "merged_on": "2025-11-01",
        "assignments": 1,
        "roles": [{"user": "an", "role": "officer"}],
        "delegations": [],
        "agencies": ["ubnd-16001", "ubnd-16002"],
    }


def test_old_names_find_the_successor_and_old_codes_name_it(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    into = merged()
    units = Lookup(scope_of(anew(cast.coordinator)))
    assert units.find("UBND xã Tân An", Role.OFFICER).pk == body(three.third).pk
    assert units.find("Xã Bình Lộc", Role.VIEWER).pk == into.pk
    assert agencies_by_name(cast.plan)[spelling("UBND xã Tân An")] == body(three.third)
    for code, role in (("16001", Role.VIEWER), ("ubnd-16001", Role.OFFICER)):
        with pytest.raises(Refused) as caught:
            units.find(code, role)
        assert caught.value.faults[0].code == "merged_unit"
        assert "Cẩm Sơn" in str(caught.value.faults[0].detail)


def test_no_new_work_goes_to_a_merged_commune(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    merged()
    task = TaskFactory.create(plan=cast.plan)
    done = fan_out(
        task,
        level="commune",
        within=cast.area,
        assigned_on=DAY,
        due_on=None,
        by=anew(cast.coordinator),
    )
    assert (done.given, done.without_body) == (1, ())
    assert task.assignments.get().agency == body(three.third)


def test_loading_the_reference_data_again_does_not_part_them(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    into = merged()
    reference._sync_areas([three.first, three.third])
    area = Area.objects.get(pk=three.first.pk)
    assert (area.successor, area.is_active) == (into, False)
    assert "Xã Tân An" in Area.objects.get(pk=into.pk).aliases


# Figures ----------------------------------------------------------------------------------------


def test_from_that_day_on_the_work_counts_under_the_successor(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    for area, n in zip(three.all, (1, 2, 4), strict=True):
        work(cast, area, n)
    own = shares(cast, BEFORE)
    into = merged()
    assert shares(cast, BEFORE) == own
    assert own == {"40": 1, "16001": 1, "16002": 2, "16003": 4}
    assert shares(cast, DAY) == {"40": 1, "16003": 7}
    assert shares(cast, DAY, By.AGENCY)["ubnd-16003"] == 7
    assert [totals(cast.plan, into, day).total for day in (BEFORE, DAY)] == [4, 7]
    assert series(cast.plan, into, DAY)[-1][1].total == 7
    assert {day for day, _ in series(cast.plan, into, BEFORE)} == {date(2025, 7, 1), BEFORE}


def test_chains_are_followed_as_far_as_their_days_have_come(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    work(cast, three.first)
    later, last = DAY + timedelta(days=10), DAY + timedelta(days=9)
    merged(three.first, into=Area.objects.get(pk=three.second.pk))
    into = merged(three.second, day=later)
    days = (BEFORE, DAY, last, later)
    assert [set(shares(cast, day)) - {"40"} for day in days] == [
        {"16001"},
        {"16002"},
        {"16002"},
        {"16003"},
    ]
    assert [totals(cast.plan, into, day).total for day in days] == [0, 0, 0, 1]
    assert Area.objects.get(pk=three.first.pk).heir == into


def recount(cast: Cast, day: date, owners: dict[int, str]) -> dict[str, int]:
    """Open and closed work of each commune from the raw rows, by whose it is on the day."""
    counted: dict[str, int] = {}
    rows = Assignment.objects.filter(assigned_on__lte=day, area__level=Area.Level.COMMUNE)
    statuses = statuses_on(rows, day)
    for row in rows:
        if statuses[row.pk]:
            owner = owners[row.area_id]
            counted[owner] = counted.get(owner, 0) + 1
    return counted


@pytest.mark.parametrize("seed", range(6))
def test_snapshots_equal_a_recount_on_both_sides_of_every_day(
    cast: Cast, merged: Callable[..., Area], seed: int
) -> None:
    """Work, reports and mergers drawn at random: every figure is that of the raw rows."""
    draw = random.Random(seed)  # noqa: S311 - Only draws cases.
    areas = [commune(f"161{n:02}", f"Số {n}") for n in range(6)]
    first = date(2025, 8, 1)
    for area in areas:
        for _ in range(draw.randint(0, 3)):
            assigned = first + timedelta(draw.randint(0, 60))
            due = assigned + timedelta(draw.randint(1, 60))
            row = AssignmentFactory.create(
                task__plan=cast.plan,
                agency=body(area),
                assigned_on=assigned,
                due_on=due,
                original_due_on=due,
            )
            if draw.random() < 0.6:
                StatusReportFactory.create(
                    assignment=row,
                    state="completed",
                    effective_on=assigned + timedelta(draw.randint(0, 80)),
                )
    recalculation.recalculate_all()
    standing, day, days = list(areas), date(2025, 9, 1), []
    owners = [(date.min, {area.pk: area.code for area in areas})]
    for _ in range(3):
        day += timedelta(draw.randint(0, 20))
        gone, into = draw.sample(standing, 2)
        merged(gone, into=Area.objects.get(pk=into.pk), day=day)
        standing.remove(gone)
        days.append(day)
        now = {pk: into.code if code == gone.code else code for pk, code in owners[-1][1].items()}
        owners.append((day, now))
    recalculation.recalculate_all()
    for day in sorted({d + timedelta(n) for d in days for n in (-1, 0, 1)}):
        owner = [now for since, now in owners if since <= day][-1]
        raw = recount(cast, day, owner)
        told = {code: n for code, n in shares(cast, day).items() if code != "40"}
        assert told == raw
        for area in areas:
            fresh = Area.objects.get(pk=area.pk)
            if owner[area.pk] == area.code:
                stored, known = (
                    totals(cast.plan, fresh, day, *moment) for moment in ((), (timezone.now(),))
                )
                assert (stored, stored.total) == (known, raw.get(area.code, 0))
                assert sum(p.counts.total for p in parts(cast.plan, fresh, day, By.AREA)) == (
                    stored.total
                )
                assert series(cast.plan, fresh, day) == series(
                    cast.plan, fresh, day, timezone.now()
                )
                found = charted.spans(Completion.objects.within(fresh)).get(cast.plan.pk, [])
                held = (s.counts for s in found if s.next_day and s.first_day <= day < s.next_day)
                assert sum(held, Counts()) == stored


def communes_line(page: str) -> str:
    """ "0 trong 3 xã đã hoàn thành tất cả …"."""
    return re.search(r"[0-9]+[^<]*[0-9]+ xã[^<]*", page).group()  # type: ignore[union-attr]


def test_pages_and_api_tell_the_day_before_as_it_was(
    cast: Cast, three: Three, merged: Callable[..., Area], coordinator: Client
) -> None:
    for area in three.all:
        work(cast, area)
    plan = cast.plan.number
    addresses = [
        f"/api/v1/completion/?plan={plan}&by=area&as_of={BEFORE}",
        *(f"/api/v1/completion/?plan={plan}&area={a.code}&as_of={BEFORE}" for a in three.all),
        *(f"/api/v1/assignments/?area={a.code}&as_of={BEFORE}" for a in three.all),
    ]

    def told() -> list[Any]:
        found = [coordinator.get(address).json() for address in addresses]
        return [{**one, "computed_at": None} for one in found]

    page = f"/provinces/40/?as_of={BEFORE}"
    earlier, shown = told(), coordinator.get(page).content.decode()
    merged()
    assert told() == earlier
    assert communes_line(coordinator.get(page).content.decode()) == communes_line(shown)
    today = coordinator.get(f"/provinces/40/?as_of={DAY}").content.decode()
    assert communes_line(today) != communes_line(shown)
    api = coordinator.get("/api/v1/areas/16001/").json()
    assert (api["successor"], api["ended_on"]) == ("16003", "2025-11-01")
    after = f"/api/v1/completion/?plan={plan}&area=16003&as_of={DAY}"
    assert coordinator.get(after).json()["total"] == 3
    assert (
        len(coordinator.get(f"/api/v1/assignments/?area=16003&as_of={DAY}").json()["results"]) == 3
    )


# Readings ---------------------------------------------------------------------------------------


def test_figures_of_later_periods_are_sent_for_the_successor_by_name(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    indicator = IndicatorFactory.create(frequency="month")
    merged()
    by = anew(cast.coordinator)
    sent = {
        "indicator": indicator.code,
        "area": "16001",
        "value": "5",
        "published_on": "2026-01-05",
    }
    late = draft_of({**sent, "period": "2025-10"}, by=by)
    assert (late.area, late.base) == (three.first, 0)
    with pytest.raises(Refused) as caught:
        draft_of({**sent, "period": "2025-11"}, by=by)
    [fault] = caught.value.faults
    assert (fault.code, fault.field) == ("merged_area", "area")
    assert "Xã Cẩm Sơn" in str(fault.detail)
    assert "16003" in str(fault.detail)
    assert draft_of({**sent, "area": "16003", "period": "2025-11"}, by=by).area == three.third


def test_what_a_commune_sent_is_awaited_from_its_successor(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    indicator = IndicatorFactory.create(frequency="month")
    reading(indicator, three.first, "2025-05", "3", published_on=date(2025, 6, 3))

    def senders(day: date) -> set[str]:
        return {one.area.code for one in awaited(day)}

    earlier = senders(BEFORE)
    merged()
    assert earlier == senders(BEFORE) == {"16001"}
    assert senders(DAY + timedelta(days=60)) == {"16003"}


# What is refused --------------------------------------------------------------------------------


def test_only_who_coordinates_all_of_them_merges(cast: Cast, three: Three) -> None:
    own = member(UserFactory.create(), Role.COORDINATOR, three.first)
    far = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="38"))
    for stranger in (cast.officer, cast.reviewer, cast.viewer, own, far):
        with pytest.raises(PermissionDenied):
            merge_communes([three.first], into=three.third, merged_on=DAY, by=stranger)


def test_a_coordinator_does_not_move_an_administrators_role(
    three: Three, merged: Callable[..., Area]
) -> None:
    member(UserFactory.create(), Role.ADMINISTRATOR, three.first)
    with pytest.raises(Refused, check=lambda r: r.faults[0].code == "administrator"):
        merged()


def faults(run: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        run()
    return [(fault.code, fault.field) for fault in caught.value.faults]


def test_what_cannot_be_merged_is_refused_and_nothing_happens(
    cast: Cast, three: Three, merged: Callable[..., Area]
) -> None:
    there = ProvinceFactory.create(code="38")
    far = CommuneFactory.create(code="17001", parent=there)
    member(anew(cast.coordinator), Role.COORDINATOR, there)

    def new(code: str = "16099", name: str = "Mới") -> Area:
        return new_commune(code=code, kind="commune", name=name, name_en="", province=cast.area)

    assert faults(lambda: merged(three.third)) == [("not_a_commune", "into")]
    assert faults(lambda: merged(far)) == [("not_a_commune", "communes")]
    assert faults(lambda: merged(cast.area)) == [("not_a_commune", "communes")]
    assert faults(lambda: merged(three.first, into=new())) == [("too_few", "communes")]
    assert faults(lambda: merged(into=new(code="16003"))) == [("taken", "code")]
    assert faults(lambda: merged(into=new(name="Cẩm Sơn"))) == [("taken", "name")]
    tomorrow = clock.today() + timedelta(days=1)
    assert faults(lambda: merged(day=tomorrow)) == [("future", "merged_on")]
    assert faults(lambda: merged(day=date(2019, 1, 1))) == [("too_early", "merged_on")]
    AgencyFactory.create(area=three.first, name_vi="Đảng ủy xã Tân An")
    assert faults(merged) == [("no_counterpart", "into")]
    assert not Area.objects.exclude(ended_on=None).exists()
    assert not Area.objects.filter(code="16099").exists()


def test_a_chain_is_told_in_its_order(three: Three, merged: Callable[..., Area]) -> None:
    merged(three.first, into=Area.objects.get(pk=three.second.pk))
    early = BEFORE
    found = faults(lambda: merged(three.second, day=early))
    assert {code for code, _ in found} == {"too_early"}
    assert communes_on(DAY)["16001"] == three.second


# The page ---------------------------------------------------------------------------------------

ADDRESS = "/communes/merge/"


def test_the_page_offers_searches_foretells_and_merges(
    cast: Cast, three: Three, coordinator: Client
) -> None:
    work(cast, three.first, 2)
    listed = coordinator.get("/agencies/?q=tan an").content.decode()
    assert f"{ADDRESS}?communes=16001" in listed
    begun = coordinator.get(f"{ADDRESS}?communes=16001").context["offer"].choices
    assert [one.value for one in begun if one.is_chosen] == ["16001"]
    ObstacleFactory.create(assignment=None, area=three.first)
    member(UserFactory.create(), Role.OFFICER, body(three.first))
    system = ApiClientFactory.create()
    ClientScope.objects.create(client=system, area=three.first)
    PlanScope.objects.create(client=system, area=three.first)
    PlanScope.objects.create(client=ApiClientFactory.create(), area=three.first)
    found = coordinator.post(ADDRESS, {"q": "binh loc", "communes": ["16001"], "find": "1"})
    values = [(one.value, one.is_chosen) for one in found.context["offer"].choices]
    assert values == [("16001", True), ("16002", False)]
    assert "UBND xã Tân An" in found.context["offer"].choices[0].place
    assert not found.context["form"].errors
    given = {"communes": ["16001", "16002"], "into": "16003", "merged_on": "2025-11-01"}
    shown = coordinator.post(ADDRESS, {**given, "look": "1"})
    [_second, first] = shown.context["merger"].estates
    assert (first.open_work, first.people, first.obstacles, first.systems) == (2, 1, 1, 2)
    assert "UBND xã Tân An → UBND xã Cẩm Sơn" in " ".join(shown.content.decode().split())
    again = coordinator.post(ADDRESS, {**given, "edit": "1"}).context["offer"].choices
    assert {one.value for one in again if one.is_chosen} == {"16001", "16002"}
    assert Area.objects.get(pk=three.first.pk).is_active
    assert coordinator.post(ADDRESS, {**given, "save": "1"}).status_code == 302
    assert Area.objects.get(pk=three.first.pk).successor == three.third


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"communes": []}, "communes"),
        ({"into": "16001"}, "into"),
        ({"into": ""}, "code"),
        ({"into": "", "code": "12", "name": "Mới"}, "code"),
        ({"into": "", "code": "16002", "name": "Mới"}, "code"),
        ({"code": "16099"}, "into"),
        ({"merged_on": "2999-01-01"}, "merged_on"),
        ({"merged_on": ""}, "merged_on"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    three: Three, coordinator: Client, given: dict[str, Any], field: str
) -> None:
    sent = {"communes": ["16001", "16002"], "into": "16003", "merged_on": "2025-11-01", "save": "1"}
    sent |= {"kind": "commune"} | given
    answer = coordinator.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Area.objects.exclude(ended_on=None).exists()
