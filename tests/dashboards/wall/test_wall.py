"""The pages of a screen in a control room, and the key that opens nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from core.audit.trail import Origin, origin
from core.calendar import clock
from core.models import AttemptCount, AuditEvent
from dashboards.frame.day import Asked
from dashboards.wall.boards import LAGGING, board, said
from dashboards.wall.views import COOKIE
from provinces.displays.services import create_display, revoke_display
from provinces.models import DisplayKey, WallPage
from provinces.roles import Role
from tasks.completion.counts import Counts
from tasks.models import Proposal
from tests.dashboards.conftest import DAY, Give, Place, Settle
from tests.factories import (
    DISPLAY_CODE,
    AgencyFactory,
    CommuneFactory,
    DisplayKeyFactory,
    ProvinceFactory,
    StatusReportFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)

WEEK = timedelta(days=7)
DAYS = [
    DAY,
    date(2025, 11, 14),
    date(2025, 11, 16),
    date(2024, 12, 31),
    date(2025, 6, 30),
    date(2025, 12, 31),
    date(2024, 2, 29),
]


@pytest.fixture
def display(place: Place) -> DisplayKey:
    return DisplayKeyFactory.create(area=place.area)


@pytest.fixture
def screen(client: Client, display: DisplayKey) -> Client:
    """A browser that was given the key."""
    client.cookies[COOKIE] = DISPLAY_CODE
    return client


@pytest.fixture
def work(place: Place, give: Give, settle: Settle) -> None:
    """Work of two departments and a commune, extended over the days of the tests."""
    other = AgencyFactory.create(area=place.area, name_vi="Sở Tài chính")
    for month in range(1, 13):
        due = date(2025, month, 14)
        give(due, done=due - timedelta(days=3), assigned_on=date(2025, 1, 1))
        give(due, done=due + timedelta(days=9), agency=other, assigned_on=date(2025, 1, 1))
        give(due, started=due - timedelta(days=40), assigned_on=date(2025, 1, 1))
    give(None)
    commune = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
    give(date(2025, 5, 1), agency=commune)
    give(date(2025, 12, 1), agency=commune, done=date(2025, 11, 1))
    settle()


# Plain SQL on raw rows: the state of an assignment is that of its last report up to the day.
_RAW = """
SELECT a.due_on, (
    SELECT r.state FROM tasks_statusreport r
    WHERE r.assignment_id = a.id AND r.effective_on <= %s
    ORDER BY r.effective_on DESC, r.recorded_at DESC, r.id DESC LIMIT 1
) FROM tasks_assignment a JOIN provinces_area p ON p.id = a.area_id
WHERE a.assigned_on <= %s AND (p.level = 'commune') = %s
"""


def _raw_rows(day: date, *, of_communes: bool) -> list[tuple[date | None, str | None]]:
    """(deadline, state on the day) of each assignment given by the day."""
    with connection.cursor() as cursor:
        cursor.execute(_RAW, [day, day, of_communes])
        rows: list[tuple[Any, str | None]] = cursor.fetchall()
    return [(date.fromisoformat(str(due)) if due else None, state) for due, state in rows]


def _raw(day: date, *, of_communes: bool) -> tuple[int, int, int]:
    """(completed, overdue, all) on the day."""
    rows = _raw_rows(day, of_communes=of_communes)
    done = sum(state == "completed" for _due, state in rows)
    late = sum(state != "completed" and (due or day) < day for due, state in rows)
    return done, late, len(rows)


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("day", DAYS)
def test_the_large_numbers_are_those_of_the_raw_rows(display: DisplayKey, day: date) -> None:
    done, late, total = _raw(day, of_communes=False)
    _, commune_late, commune_total = _raw(day, of_communes=True)
    done_before, late_before, _ = _raw(day - WEEK, of_communes=False)
    completed, overdue, _targets, communes = board(display, "sentence", Asked(day, day - WEEK))[
        "numbers"
    ]
    assert completed.note.split("/")[0] == str(done)
    assert completed.change.replace("−", "-").lstrip("+") == str(done - done_before)
    assert (overdue.text, overdue.note.split()[-1]) == (str(late), str(total))
    assert overdue.change.replace("−", "-").lstrip("+") == str(late - late_before)
    assert (communes.text, communes.note.split()[-1]) == (str(commune_late), str(commune_total))


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize("day", DAYS)
def test_the_lists_count_what_the_raw_rows_say(display: DisplayKey, day: date) -> None:
    asked = Asked(day, day - WEEK)
    _, late, _ = _raw(day, of_communes=False)
    found = board(display, "late", asked)
    assert (found["total"], len(found["late"])) == (late, min(late, 10))
    delays = [item.days for item in found["late"]]
    assert delays == sorted(delays, reverse=True)
    soon = board(display, "soon", asked)
    assert soon["due_total"] == _raw_due(day)
    assert board(display, "communes", asked)["work_total"].overdue == _raw(day, of_communes=True)[1]


def _raw_due(day: date) -> int:
    """Open and due within 14 days."""
    return sum(
        state != "completed" and day <= (due or date.min) <= day + timedelta(days=14)
        for due, state in _raw_rows(day, of_communes=False)
    )


def test_one_sentence_counts_targets_and_overdue_tasks(
    place: Place, display: DisplayKey, settle: Settle, give: Give
) -> None:
    for value in ("12.9", "31"):
        target = TargetFactory.create(plan=place.plan, area=place.area)
        assert target.indicator
        reading(target.indicator, place.area, "2020", "12.66")
        reading(target.indicator, place.area, "2024", value)
    give(date(2025, 11, 1))
    settle()
    found = board(display, "sentence", Asked(DAY, DAY - WEEK))
    assert found["sentence"] == ("2 chỉ tiêu: 1 chậm so với lộ trình, 1 đạt. 1 nhiệm vụ quá hạn.")
    assert "off_track" in LAGGING
    assert (found["numbers"][2].text, found["numbers"][2].is_late) == ("1", True)
    assert said([], Counts()) == "Đến ngày này chưa có chỉ tiêu và nhiệm vụ nào."


def test_who_is_silent_for_a_week_is_named_the_longest_first(
    place: Place, display: DisplayKey, give: Give
) -> None:
    fresh, old = (AgencyFactory.create(area=place.area, name_vi=name) for name in ("Mới", "Cũ"))
    give(agency=fresh, started=DAY - timedelta(days=6))
    give(agency=old, started=DAY - WEEK)
    give()
    done = give(agency=AgencyFactory.create(area=place.area))
    StatusReportFactory.create(assignment=done, state="completed", effective_on=date(2025, 10, 1))
    found = board(display, "communes", Asked(DAY, DAY - WEEK))
    assert [(one.name, one.last) for one in found["silent"]] == [
        ("Sở Khoa học và Công nghệ", None),
        ("Cũ", DAY - WEEK),
    ]
    assert (found["silent_total"], found["agencies"]) == (2, 3)


def test_proposals_wait_until_the_day_of_their_answer(place: Place, display: DisplayKey) -> None:
    for answered in (None, DAY, DAY + timedelta(days=1)):
        Proposal.objects.create(
            text_vi="Bổ sung biên chế",
            area=place.area,
            addressee_text="Bộ Nội vụ",
            sent_on=date(2025, 10, 1),
            answer="Đồng ý" if answered else "",
            answered_on=answered,
        )
    assert board(display, "soon", Asked(DAY, DAY - WEEK))["proposals_total"] == 2
    assert board(display, "soon", Asked(date(2025, 9, 1), date(2025, 8, 1)))["proposals_total"] == 0


# The key ----------------------------------------------------------------------------------------


def test_a_screen_shows_only_its_area(place: Place, display: DisplayKey, give: Give) -> None:
    elsewhere = AgencyFactory.create(area=ProvinceFactory.create(code="01"))
    give(date(2025, 10, 1), agency=elsewhere)
    own = give(date(2025, 10, 2))
    found = board(display, "late", Asked(DAY, DAY - WEEK))
    assert [item.id for item in found["late"]] == [own.pk]
    nation = DisplayKeyFactory.create(area=place.nation, code_hash="x")
    assert board(nation, "late", Asked(DAY, DAY - WEEK))["total"] == 2


@pytest.mark.parametrize("page", WallPage.values)
def test_every_page_opens_by_the_key_and_says_day_and_time(
    screen: Client, settle: Settle, page: str
) -> None:
    settle()
    html = screen.get("/wall/", {"page": page}).content.decode()
    assert f"Tính đến {clock.today():%d/%m/%Y}" in html
    assert "data-clock" in html
    assert "Cập nhật lúc" in html
    assert "http-equiv" in html


def test_the_key_opens_nothing_else(screen: Client, place: Place) -> None:
    for address in ("/", "/provinces/40/", "/late/", "/api/v1/readings/", "/displays/"):
        assert screen.get(address).status_code in {302, 401}


def test_a_key_in_the_address_opens_nothing(client: Client, display: DisplayKey) -> None:
    html = client.get("/wall/", {"code": DISPLAY_CODE, "key": DISPLAY_CODE}).content.decode()
    assert 'name="code"' in html
    assert "data-wall" not in html


def test_a_part_is_answered_by_304_until_something_changes(
    screen: Client, settle: Settle, give: Give
) -> None:
    settle()
    part = {"page": "late", "part": "1"}
    first = screen.get("/wall/", part)
    known = {"If-None-Match": first["ETag"]}
    again = screen.get("/wall/", part, headers=known)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    give(date(2025, 1, 2))
    settle()
    changed = screen.get("/wall/", part, headers=known)
    assert changed.status_code == 200


def test_a_revoked_key_opens_nothing_from_the_next_request_on(
    screen: Client, display: DisplayKey, place: Place
) -> None:
    assert screen.get("/wall/").status_code == 200
    revoke_display(display, by=member(UserFactory.create(), Role.COORDINATOR, place.area))
    for query in ({}, {"part": "1"}):
        answer = screen.get("/wall/", query)
        assert answer.status_code == 403
        assert "đã bị thu hồi" in answer.content.decode()
    assert AuditEvent.objects.filter(action="display.revoke").count() == 1


def test_the_key_is_shown_once_and_only_its_hash_is_kept(client: Client, place: Place) -> None:
    client.force_login(member(UserFactory.create(), Role.COORDINATOR, place.area))
    given = {
        "name": "IOC",
        "area": "40",
        "seconds": "15",
        "language": "vi",
        "pages": ["map", "late"],
    }
    code = client.post("/displays/", {**given, "pages": ["map", "late"]}).context["code"]
    kept = DisplayKey.objects.get()
    assert code not in client.get("/displays/").content.decode()
    assert (kept.pages, kept.seconds, code in kept.code_hash) == (["late", "map"], 15, False)
    assert code not in str(AuditEvent.objects.get(action="display.create").after)
    client.logout()
    assert client.post("/wall/", {"code": code.lower().replace("-", " ")}).status_code == 302
    assert client.get("/wall/").context["display"] == kept
    kept.refresh_from_db()
    assert kept.last_used_on == clock.today()


def test_nobody_makes_a_screen_outside_their_area(place: Place) -> None:
    by = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="01"))
    with pytest.raises(Exception, match="not_in_scope"):
        create_display(name="x", area=place.area, pages=["late"], seconds=9, language="vi", by=by)
    assert not DisplayKey.objects.exists()


def test_guessing_ends_after_a_few_tries(client: Client, place: Place) -> None:
    answers = [client.post("/wall/", {"code": "AAAAA-AAAAA-AAAAA"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert AttemptCount.objects.count() == 1
    assert origin.get() == Origin()
