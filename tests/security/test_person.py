"""Fields that nobody may set, rights that end at once, and four eyes."""

from datetime import date

import pytest
from django.apps import apps
from django.test import Client

from core.calendar import clock
from core.models import ApiKey, User
from provinces.models import Agency, Delegation, Membership
from tasks.models import Assignment, ExtensionRequest, Review, StatusReport
from tests.factories import PASSWORD, UserFactory, bearer
from tests.security.cast import World, bodies, build

FLOORS = {"core", "provinces", "indicators", "targets", "tasks", "reports"}


@pytest.fixture
def world(db: None) -> World:
    return build()


def page(world: World) -> str:
    return f"/assignments/{world.subjects['assignment']}/"


# Fields -----------------------------------------------------------------------------------------


def everything() -> dict[str, str]:
    """Every column of every model, and the words that open doors elsewhere."""
    models = (model for model in apps.get_models() if model._meta.app_label in FLOORS)
    names = {
        column
        for model in models
        for f in model._meta.concrete_fields
        for column in (f.name, f.attname)
    }
    return dict.fromkeys(names | {"is_staff", "is_superuser", "role", "reviewed_by"}, "1")


def protected() -> list[object]:
    """What no form of an officer reaches: people, roles, places, documents, tasks, reviews."""
    labels = (
        "core.User",
        "core.ApiKey",
        "provinces.Membership",
        "provinces.Agency",
        "provinces.Area",
        "provinces.Plan",
        "indicators.Indicator",
        "targets.Target",
        "tasks.Task",
        "tasks.Review",
    )
    return [sorted(apps.get_model(label)._default_manager.values_list()) for label in labels]


def test_a_report_sets_no_column_but_its_own(world: World) -> None:
    before, officer = protected(), world.users["officer@own"]
    fixed = ("task_id", "agency_id", "area_id", "original_due_on", "due_on", "responsible_id")
    columns = Assignment.objects.filter(pk=world.subjects["assignment"]).values_list(*fixed)
    kept = columns.get()
    sent = everything() | bodies(world)["status"] | {"version": "1", "expected_on": ""}
    sent |= {"cause_kind": "", "evidence_link": "", "unchanged": ""}
    del sent["unchanged"]
    assert world.callers["officer@own"].post(page(world), sent).status_code == 302
    assert (protected(), columns.get()) == (before, kept)
    report = StatusReport.objects.latest("id")
    assert (report.reported_by_user, report.recorded_at.date()) == (officer, clock.now().date())
    assert not report.unchanged


def test_the_api_names_the_fields_it_does_not_know(world: World) -> None:
    before = protected()
    response = world.callers["officer@own"].post(
        f"/api/v1{page(world)}status-reports/",
        everything() | bodies(world)["json_status"],
        content_type="application/json",
    )
    assert response.status_code == 400
    named = {error["pointer"] for error in response.json()["errors"]}
    assert {"/is_staff", "/role", "/reviewed_by", "/reported_by_user_id"} <= named
    assert protected() == before


def test_a_new_password_changes_nothing_else_of_the_person(world: World) -> None:
    columns = User.objects.exclude(username="").values_list(
        "username", "is_staff", "is_superuser", "is_active", "full_name", "email"
    )
    before = sorted(columns)
    sent = everything() | bodies(world)["password"]
    assert world.callers["viewer@own"].post("/account/password/", sent).status_code == 302
    assert sorted(columns) == before


# Rights that end --------------------------------------------------------------------------------


def test_a_role_taken_away_ends_with_the_next_request(world: World) -> None:
    officer = world.callers["officer@own"]
    assert officer.get(page(world)).status_code == 200
    Membership.objects.filter(user=world.users["officer@own"]).delete()
    assert officer.get(page(world)).status_code == 404
    assert officer.post(page(world), bodies(world)["status"]).status_code == 404


def test_a_closed_account_is_signed_out_with_the_next_request(world: World) -> None:
    officer = world.callers["officer@own"]
    assert officer.get(page(world)).status_code == 200
    User.objects.filter(pk=world.users["officer@own"].pk).update(is_active=False)
    assert officer.get(page(world))["Location"].startswith("/login/")
    assert not Client().login(username=world.users["officer@own"].username, password=PASSWORD)


def test_a_revoked_key_opens_nothing_with_the_next_request(world: World) -> None:
    system = world.callers["key"]
    assert system.get("/api/v1/me/").status_code == 200
    ApiKey.objects.filter(client=world.scoped).update(revoked_at=clock.now())
    assert system.get("/api/v1/me/").status_code == 401


def test_a_closed_system_and_a_forged_key_open_nothing(world: World) -> None:
    world.scoped.is_active = False
    world.scoped.save()
    assert world.callers["key"].get("/api/v1/me/").status_code == 401
    forged = f"r57_{world.subjects['api_key']}_{'x' * 38}"
    assert Client(headers=bearer(forged)).get("/api/v1/me/").status_code == 401


def test_a_delegation_ends_with_its_day(world: World) -> None:
    deputy, officer = UserFactory.create(), world.users["officer@own"]
    given = Delegation.objects.create(
        agency=Agency.objects.get(code="dept"),
        delegator=officer,
        delegate=deputy,
        from_day=clock.today(),
        to_day=clock.today(),
    )
    client = Client()
    client.force_login(deputy)
    assert client.get(page(world)).status_code == 200
    yesterday = date.fromordinal(clock.today().toordinal() - 1)
    Delegation.objects.filter(pk=given.pk).update(from_day=yesterday, to_day=yesterday)
    assert client.get(page(world)).status_code == 404


# Four eyes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["administrator@own", "superuser"])
def test_nobody_accepts_their_own_report_whatever_their_role(world: World, who: str) -> None:
    client = world.callers[who]
    assert client.post(page(world), bodies(world)["status"]).status_code == 302
    report = StatusReport.objects.latest("id")
    assert report.reported_by_user == world.users[who]
    client.post(f"/review/{report.pk}/", bodies(world)["accept"])
    assert not Review.objects.filter(report=report).exists()


def test_nobody_grants_their_own_request(world: World) -> None:
    client = world.callers["administrator@own"]
    client.post(f"{page(world)}extensions/", bodies(world)["later"])
    asked = ExtensionRequest.objects.latest("id")
    assert asked.requested_by == world.users["administrator@own"]
    answer = client.post(f"/extensions/{asked.pk}/decide/", bodies(world)["decision"])
    asked.refresh_from_db()
    assert (answer.status_code, asked.decision) == (403, ExtensionRequest.Decision.PENDING)
