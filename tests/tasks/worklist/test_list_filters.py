"""Filters, order and search of the officer's list, and what is kept for the next visit."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from core.calendar import clock
from tasks.models import Assignment
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    GroupFactory,
    PlanFactory,
    TaskFactory,
)
from tests.tasks.conftest import Cast


def _listed(client: Client, **query: str) -> list[Assignment]:
    response = client.get("/tasks/", query)
    assert response.status_code == 200
    return [row.assignment for row in response.context["listing"].rows]


def _with(cast: Cast, **fields: Any) -> Assignment:
    return AssignmentFactory.create(**{"task__plan": cast.plan, "agency": cast.agency, **fields})


def test_the_last_filter_waits_for_the_next_visit(cast: Cast, officer: Client) -> None:
    officer.get("/tasks/", {"status": "overdue", "sort": "due", "q": "so hoa", "page": "2"})
    assert officer.get("/tasks/")["Location"] == "/tasks/?status=overdue&sort=due"
    officer.get("/tasks/?all=1")
    assert officer.get("/tasks/").status_code == 200


def test_a_filter_is_kept_for_one_person_only(cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    client.get("/tasks/", {"status": "overdue"})
    client.force_login(cast.coordinator)
    assert client.get("/tasks/").status_code == 200


def test_the_list_is_filtered_by_group_agency_and_deadline(cast: Cast, coordinator: Client) -> None:
    group = GroupFactory.create(plan=cast.plan, number=7)
    grouped = _with(cast, task__group=group, task__due_on=None)
    other = _with(cast, agency=AgencyFactory.create(), task__due_on=clock.today())
    assert _listed(coordinator, group=str(group.pk)) == [grouped]
    assert _listed(coordinator, agency=str(other.agency.pk)) == [other]
    assert _listed(coordinator, due="none") == [grouped]
    for span in ("week", "month", "quarter", "year"):
        assert _listed(coordinator, due=span) == [other]


@pytest.mark.parametrize(
    ("day", "span", "last"),
    [
        ("2025-11-15", "quarter", date(2025, 12, 31)),
        ("2025-02-01", "month", date(2025, 2, 28)),
        ("2025-05-01", "year", date(2025, 12, 31)),
        ("2025-11-15", "week", date(2025, 11, 22)),
    ],
)
def test_spans_of_deadlines_end_with_their_last_day(
    cast: Cast, officer: Client, day: str, span: str, last: date
) -> None:
    on = _with(cast, task__due_on=last)
    _with(cast, task__due_on=last + timedelta(days=1))
    assert _listed(officer, as_of=day, due=span) == [on]


def test_agencies_are_sorted_by_the_vietnamese_alphabet(cast: Cast, coordinator: Client) -> None:
    names = ["Sở Đất", "Sở Dân", "Sở Ảnh", "Sở Âm", "Sở An"]
    for name in names:
        _with(cast, agency=AgencyFactory.create(name_vi=name), task__due_on=None)
    listed = _listed(coordinator, sort="agency", due="none")
    assert [row.agency.name_vi for row in listed] == [
        "Sở An",
        "Sở Ảnh",
        "Sở Âm",
        "Sở Dân",
        "Sở Đất",
    ]


def test_deadlines_are_sorted_both_ways_and_none_comes_last(cast: Cast, officer: Client) -> None:
    none = _with(cast, task__due_on=None)
    soon = _with(cast, task__due_on=date(2030, 1, 1))
    assert _listed(officer, sort="due") == [soon, cast.assignment, none]
    assert _listed(officer, sort="-due") == [cast.assignment, soon, none]
    assert len(_listed(officer, sort="task")) == len(_listed(officer, sort="reported")) == 3


@pytest.mark.parametrize(
    "words", ["Sở KH&CN", "so khcn", "sở khoa học và công nghệ", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"]
)
def test_an_agency_is_found_by_its_abbreviation_and_by_its_words(
    cast: Cast, coordinator: Client, words: str
) -> None:
    science = AgencyFactory.create(name_vi="Sở Khoa học và Công nghệ")
    found = _with(cast, agency=science)
    assert _listed(coordinator, q=words) == [found]


def test_words_written_out_find_what_is_abbreviated(cast: Cast, coordinator: Client) -> None:
    short = AgencyFactory.create(name_vi="UBND xã Nam Đàn")
    found = _with(cast, agency=short)
    for words in ("ủy ban nhân dân nam đàn", "Uỷ ban nhân dân", "UBND dan"):
        assert _listed(coordinator, q=words) == [found]


def test_an_agencys_other_names_are_known(cast: Cast, coordinator: Client) -> None:
    found = _with(cast, agency=AgencyFactory.create(aliases=["VPTU"]))
    assert _listed(coordinator, q="vptu") == [found]


@pytest.mark.parametrize(
    "query",
    [
        {"group": "x"},
        {"agency": "9" * 30},
        {"agency": "9" * 5000},
        {"due": "soon"},
        {"sort": "rank"},
        {"rows": "9"},
    ],
)
def test_a_filter_that_does_not_exist_is_refused(officer: Client, query: dict[str, str]) -> None:
    assert officer.get("/tasks/", query).status_code == 400


def test_groups_are_those_of_the_chosen_document(cast: Cast, coordinator: Client) -> None:
    other = PlanFactory.create(number="02-KH/BCĐTW", issuer_vi="BCĐTW")
    group = _with(cast, task__plan=other).task.group
    answer = coordinator.get("/tasks/", {"plan": other.number})
    assert list(answer.context["listing"].groups) == [group]


def test_tasks_and_assignments_of_communes_are_counted_apart(cast: Cast, client: Client) -> None:
    commune = CommuneFactory.create()
    AssignmentFactory.create(task=TaskFactory.create(plan=cast.plan), area=commune)
    client.force_login(cast.coordinator)
    both = client.get("/tasks/").context["listing"]
    assert both.level == "agencies"
    of_communes = client.get("/tasks/?level=communes").context["listing"]
    assert [row.assignment.area for row in of_communes.rows] == [commune]
    assert commune not in [row.assignment.area for row in both.rows]
    assert [choice.count for choice in both.levels] == [both.total, of_communes.total]
