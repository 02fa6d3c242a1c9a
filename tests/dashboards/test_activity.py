"""The activity log: who may know of what, in words, page by page, and as a file."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from core.audit import log, trail
from core.calendar import clock
from core.models import AuditEvent, User
from dashboards.pages import activity
from indicators.models import ClientScope
from provinces.models import PlanScope
from provinces.roles import Role
from tasks.models import Assignment
from tests.factories import (
    AgencyFactory,
    ApiClientFactory,
    AssignmentFactory,
    ProvinceFactory,
    UserFactory,
    member,
)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def coordinator(db: None) -> User:
    return member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create())


@pytest.fixture
def officer(db: None) -> User:
    return member(UserFactory.create(), Role.OFFICER, AgencyFactory.create())


def here() -> Assignment:
    return AssignmentFactory.create()


def elsewhere() -> Assignment:
    return AssignmentFactory.create(agency__area=ProvinceFactory.create(code="01"))


@transaction.atomic
def done(subject: Assignment | User, by: User | None, state: str = "in_progress") -> AuditEvent:
    trail.record(
        "assignment.report", subject, by=by, before={"state": "not_started"}, after={"state": state}
    )
    return AuditEvent.objects.latest("id")


def seen(user: User, **query: str) -> list[activity.EventLine]:
    found = list(activity.events(user, activity.EventFilter(query, user)))
    return list(activity.lines_of(user, found))


# Who may know of what ---------------------------------------------------------------------------


def test_a_coordinator_sees_what_strangers_did_to_subjects_of_their_area(coordinator: User) -> None:
    done(here(), UserFactory.create(full_name="Trần Thị Bình"))
    page = signed_in(coordinator).get("/activity/").content.decode()
    assert "Trần Thị Bình" in page
    assert "Chưa thực hiện" in page
    assert "Đang thực hiện" in page


def test_what_strangers_do_elsewhere_is_not_there(coordinator: User) -> None:
    done(elsewhere(), UserFactory.create())
    done(elsewhere(), None)
    assert seen(coordinator) == []


def test_what_their_people_do_elsewhere_is_told_without_its_content(
    coordinator: User, officer: User
) -> None:
    event = done(elsewhere(), officer, state="mật của tỉnh khác")
    [line] = seen(coordinator)
    assert (line.event, line.is_open, line.title, line.rest) == (event, False, "", "")
    page = signed_in(coordinator).get("/activity/").content.decode()
    assert "mật của tỉnh khác" not in page
    assert "ngoài địa bàn của bạn" in page


def test_no_filter_finds_out_what_the_hidden_subject_is(coordinator: User, officer: User) -> None:
    done(elsewhere(), officer)
    assert seen(coordinator, kind="assignment") == []


def test_a_coordinator_of_the_nation_sees_everything(officer: User) -> None:
    nation = ProvinceFactory.create().parent
    assert nation
    user = member(UserFactory.create(), Role.COORDINATOR, nation)
    done(elsewhere(), None)
    done(UserFactory.create(), officer)
    assert [line.is_open for line in seen(user)] == [True, True]


def test_a_coordinator_of_a_commune_does_not_see_their_province(officer: User) -> None:
    commune = AssignmentFactory.create(agency__area=here().area)
    user = member(UserFactory.create(), Role.COORDINATOR, ProvinceFactory.create(code="01"))
    done(commune, officer)
    assert seen(user) == []


def test_a_system_is_known_where_its_whole_scope_lies(coordinator: User) -> None:
    inside, across, tasks = (ApiClientFactory.create() for _ in range(3))
    for client, codes in ((inside, ["40"]), (across, ["40", "01"])):
        for code in codes:
            area = ProvinceFactory.create(code=code)
            ClientScope.objects.create(client=client, area=area)
    with transaction.atomic():
        for client in (inside, across):
            trail.record("api_key.drawn", client, by=UserFactory.create())
    assert [line.title for line in seen(coordinator)] == [inside.name]
    assert list(activity.systems(coordinator)) == [inside]
    PlanScope.objects.create(client=inside, area=ProvinceFactory.create(code="01"))
    PlanScope.objects.create(client=tasks, area=ProvinceFactory.create(code="40"))
    assert list(activity.systems(coordinator)) == [tasks]


def test_a_coordinator_sees_the_readings_of_their_area(coordinator: User) -> None:
    subject = UserFactory.create()  # Any row: events about readings are told by their key.
    with transaction.atomic():
        for key in ("grdp 40 2025", "grdp 01 2025", "x 40 y 2025"):
            trail.record("reading.created", subject, by=None, key=key)
    rows = AuditEvent.objects.all()
    condition = log.SUBJECTS["reading"].events_within("reading", ("VN/40/",))
    inside = condition.children[1]
    assert [event.subject_key for event in rows.filter(inside)] == ["grdp 40 2025"]


def test_an_officer_has_no_business_there(officer: User) -> None:
    client = signed_in(officer)
    assert client.get("/activity/").status_code == 403
    assert client.post("/activity/export/", {"format": "csv"}).status_code == 403


# Filters and pages ------------------------------------------------------------------------------


def test_a_person_is_found_without_regard_to_marks(coordinator: User) -> None:
    event = done(here(), UserFactory.create(full_name="Đặng Thị Hoà"))
    done(here(), UserFactory.create(full_name="Lê Văn Tám"))
    assert [line.event for line in seen(coordinator, who="dang hòa")] == [event]


def test_what_is_done_to_any_row_is_found_by_its_verb(coordinator: User) -> None:
    subject = here()
    with transaction.atomic():
        for action in ("assignment.change", "user_changed", "assignment.report"):
            trail.record(action, subject, by=None)
    assert [line.event.action for line in seen(coordinator, action="change")] == [
        "assignment.change"
    ]


def test_days_are_days_of_viet_nam_and_both_count(coordinator: User) -> None:
    event, today = done(here(), None), clock.today()
    day, before = today.isoformat(), (today - timedelta(days=1)).isoformat()
    assert [line.event for line in seen(coordinator, **{"from": day, "to": day})] == [event]
    assert seen(coordinator, to=before) == []


@pytest.mark.parametrize(
    "query",
    ["from=31/2/2025", "to=2099-01-01", "action=nothing", "kind=session", "system=x", "before=9"],
)
def test_a_wrong_filter_is_named(coordinator: User, query: str) -> None:
    assert signed_in(coordinator).get(f"/activity/?{query}").status_code == 400


def test_pages_neither_skip_nor_repeat_while_others_write(coordinator: User) -> None:
    subject = here()
    made = [done(subject, None).pk for _ in range(activity.PAGE_SIZE + 5)]
    client = signed_in(coordinator)
    first = client.get("/activity/").context
    done(subject, None)
    second = client.get("/activity/", {"before": first["older"]}).context
    both = [line.event.pk for page in (first, second) for line in page["lines"]]
    assert both == made[::-1]
    assert second["older"] is None


def test_the_number_of_queries_does_not_grow_with_events(
    coordinator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(activity.PAGE_SIZE):
        done(here(), UserFactory.create())
    client = signed_in(coordinator)
    with django_assert_max_num_queries(12):
        assert client.get("/activity/").status_code == 200


# The seal ---------------------------------------------------------------------------------------


def test_the_nation_reads_up_to_where_the_log_is_sealed(coordinator: User) -> None:
    root = signed_in(UserFactory.create(is_superuser=True))
    event = done(here(), None)
    assert "chưa được niêm phong" in root.get("/activity/").content.decode()
    trail.seal()
    assert f"niêm phong đến số {event.pk}" in root.get("/activity/").content.decode()
    assert "niêm phong" not in signed_in(coordinator).get("/activity/").content.decode()


# As a file --------------------------------------------------------------------------------------


def exported(user: User, kind: str, query: str = "") -> bytes:
    answer = signed_in(user).post(f"/activity/export/{query}", {"format": kind})
    assert answer.status_code == 200
    return answer.content


def test_a_file_holds_the_filtered_list_and_is_an_event(coordinator: User) -> None:
    done(here(), None)
    done(here(), UserFactory.create(full_name="Lê Văn Tám"))
    text = exported(coordinator, "csv", "?who=tam").decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert row["Ai"] == "Lê Văn Tám"
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.user) == ("activity.export", coordinator)
    assert event.after == {"format": "csv", "rows": 1, "who": "tam"}


def test_no_cell_of_a_file_is_a_formula(coordinator: User) -> None:
    done(here(), UserFactory.create(full_name='=HYPERLINK("http://x")', username="@cmd"))
    text = exported(coordinator, "csv").decode("utf-8-sig")
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert row["Ai"].startswith("'=")
    assert row["Tên đăng nhập"] == "'@cmd"
    sheet = load_workbook(io.BytesIO(exported(coordinator, "xlsx"))).worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert any(cell.value == '=HYPERLINK("http://x")' for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_a_file_hides_what_the_page_hides(coordinator: User, officer: User) -> None:
    done(elsewhere(), officer, state="mật của tỉnh khác")
    assert "mật" not in exported(coordinator, "csv").decode()


def test_a_file_of_another_kind_is_refused(coordinator: User) -> None:
    answer = signed_in(coordinator).post("/activity/export/", {"format": "exe"})
    assert answer.status_code == 400
    assert not AuditEvent.objects.filter(action="activity.export").exists()


# In words ---------------------------------------------------------------------------------------


def told(action: str, kind: str, before: dict[str, object], after: dict[str, object]) -> str:
    event = AuditEvent(action=action, subject_type=kind, before=before, after=after)
    return f"{log.name_of(action)}: {log.tell(event)}"


def test_a_sentence_has_the_facts_in_it_and_behind_it_what_else_changed() -> None:
    before: dict[str, object] = {"published_state": "not_started", "due_on": "2025-11-15"}
    after = {
        **before,
        "published_state": "completed",
        "report": 7,
        "state": "completed",
        "percent": 100,
        "effective_on": "2025-11-15",
    }
    assert told("assignment.report", "assignment", before, after) == (
        "Báo cáo nhiệm vụ: Hoàn thành, 100%, ngày 15/11/2025 (báo cáo số 7)"
        " · Trạng thái công bố: Chưa thực hiện → Hoàn thành"
    )


def test_what_was_and_what_is_stand_in_one_place_of_a_sentence() -> None:
    change = told("task.coordinating", "task", {"agencies": ["a"]}, {"agencies": ["b", "c"]})
    assert change == "Sửa cơ quan phối hợp: a → b, c; lượt giao –"


def test_what_is_gone_and_what_was_nothing_are_told() -> None:
    assert told("membership.take", "user", {"role": "officer"}, {}).endswith("→ –")
    assert told("task.change", "task", {"due_on": None}, {"due_on": "2025-11-15"}).endswith(
        "– → 15/11/2025"
    )


def test_long_lists_say_how_many_they_are() -> None:
    rows = told("reading.batch", "reading", {}, {"ids": [1, 2, 3, 4, 5, 6]})
    assert rows.endswith("1, 2, 3, 4, 5 … (tất cả 6)")


def test_an_event_of_a_newer_release_is_told_by_its_codes() -> None:
    assert told("moon.land", "moon", {}, {"crew": 2}) == "moon.land: Crew: 2"
