"""Connected systems on their page: a coordinator's, in their area; keys shown once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.calendar import clock
from core.models import ApiClient, ApiKey, AuditEvent
from indicators.models import ClientScope
from provinces.models import PlanScope
from provinces.roles import Role
from tests.factories import (
    ApiClientFactory,
    CommuneFactory,
    PlanFactory,
    ProvinceFactory,
    api_key,
    bearer,
    member,
)
from tests.indicators.conftest import Cast

LAST_DAY = (clock.today() + timedelta(days=90)).isoformat()
SENT = {
    "name": "LGSP Nghệ An",
    "owner": "coordinator",
    "expires_on": LAST_DAY,
    "about": "figures",
    "areas": "40",
    "can_write": "on",
    "note": "",
}
ME = "/api/v1/me/"


@pytest.fixture
def coordinator(cast: Cast, client: Client) -> Client:
    client.force_login(cast.coordinator)
    return client


@pytest.fixture
def system(cast: Cast) -> ApiClient:
    """Writes the indicator in Nghệ An, with one key."""
    client = ApiClientFactory.create(name="Cục Thống kê")
    ClientScope.objects.create(
        client=client, indicator=cast.indicator, area=cast.area, can_write=True
    )
    api_key(client)
    return client


def key_on(response: Any) -> str:
    found = re.search(r"r57_\w+", response.content.decode())
    return found[0] if found else ""


def told(response: Any) -> str:
    return " ".join(response.content.decode().split())


def addresses(system: ApiClient) -> list[str]:
    page, key, scope = f"/clients/{system.pk}/", system.keys.get(), system.scopes.get()
    task_scope, _ = PlanScope.objects.get_or_create(client=system, area=scope.area)
    return [
        f"{page}keys/",
        f"{page}keys/{key.public_id}/revoke/",
        f"{page}scopes/",
        f"{page}scopes/{scope.pk}/remove/",
        f"{page}task-scopes/{task_scope.pk}/remove/",
    ]


def test_only_coordinators_come_in(cast: Cast, system: ApiClient, client: Client) -> None:
    for user in (cast.officer, cast.viewer):
        client.force_login(user)
        assert client.get("/clients/").status_code == 403
        assert client.post("/clients/new/", SENT).status_code == 403
        assert client.get(f"/clients/{system.pk}/").status_code == 403
        assert {client.post(url).status_code for url in addresses(system)} == {403}
        assert 'href="/clients/"' not in client.get("/").content.decode()


def test_the_coordinator_of_another_area_finds_nothing(
    cast: Cast, system: ApiClient, client: Client
) -> None:
    client.force_login(cast.stranger)
    assert system.name not in client.get("/clients/").content.decode()
    assert client.get(f"/clients/{system.pk}/").status_code == 404
    assert {client.post(url).status_code for url in addresses(system)} == {404}
    assert ApiKey.objects.get().revoked_at is None


def test_a_system_that_reaches_beyond_the_area_is_not_the_coordinators(
    cast: Cast, system: ApiClient, coordinator: Client
) -> None:
    ClientScope.objects.create(client=system, indicator=cast.indicator)
    assert coordinator.get(f"/clients/{system.pk}/").status_code == 404


def test_the_coordinator_of_the_nation_manages_all(
    cast: Cast, system: ApiClient, client: Client
) -> None:
    ClientScope.objects.create(client=system, indicator=cast.indicator)
    client.force_login(member(cast.viewer, Role.COORDINATOR, cast.nation))
    assert client.get(f"/clients/{system.pk}/").status_code == 200


def test_a_new_system_gets_a_key_that_works_and_is_never_shown_again(
    cast: Cast, coordinator: Client
) -> None:
    response = coordinator.post("/clients/new/", {**SENT, "indicators": [cast.indicator.pk]})
    key, made = key_on(response), ApiClient.objects.get()
    assert "no-store" in response["Cache-Control"]
    assert coordinator.get(ME, headers=bearer(key)).json()["scope"] == [
        {"indicator": "share", "area": "40", "can_write": True}
    ]
    assert key not in coordinator.get(f"/clients/{made.pk}/").content.decode()
    assert key not in str(list(AuditEvent.objects.values()))
    assert AuditEvent.objects.filter(subject_type="apiclient").count() == 1


def test_no_indicator_chosen_means_all(coordinator: Client) -> None:
    coordinator.post("/clients/new/", SENT)
    assert ClientScope.objects.get().indicator is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("areas", "01"),
        ("areas", "VN"),
        ("areas", "40 99999"),
        ("about", ""),
        ("about", "people"),
        ("areas", " "),
        ("areas", ""),
        ("owner", "nobody"),
        ("expires_on", "2020-01-01"),
        ("expires_on", ""),
        ("name", ""),
        ("name", "Cục Thống kê"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    system: ApiClient, coordinator: Client, field: str, value: str
) -> None:
    response = coordinator.post("/clients/new/", {**SENT, field: value})
    text = response.content.decode()
    assert (response.status_code, f'id="id_{field}_error"' in text) == (422, True)
    assert ApiClient.objects.count() == 1


def test_a_second_key_opens_beside_the_first_and_a_third_is_refused(
    system: ApiClient, coordinator: Client
) -> None:
    url = f"/clients/{system.pk}/keys/"
    key = key_on(coordinator.post(url, {"expires_on": LAST_DAY}))
    assert coordinator.get(ME, headers=bearer(key)).status_code == 200
    assert coordinator.post(url, {"expires_on": LAST_DAY}).status_code == 422
    assert ApiKey.objects.count() == 2


def test_a_revoked_key_opens_nothing_on_the_next_request(
    cast: Cast, coordinator: Client, system: ApiClient
) -> None:
    coordinator.post(f"/clients/{system.pk}/keys/", {"expires_on": LAST_DAY})
    text = api_key(ApiClientFactory.create())
    own = ApiKey.objects.exclude(client=system).get()
    ClientScope.objects.create(client=own.client, area=cast.area)
    assert coordinator.get(ME, headers=bearer(text)).status_code == 200
    coordinator.post(f"/clients/{own.client_id}/keys/{own.public_id}/revoke/")
    assert coordinator.get(ME, headers=bearer(text)).status_code == 401


def test_revoking_twice_leaves_one_event(system: ApiClient, coordinator: Client) -> None:
    url = f"/clients/{system.pk}/keys/{system.keys.get().public_id}/revoke/"
    for _again in range(2):
        assert coordinator.post(url).status_code == 302
    assert AuditEvent.objects.filter(action="api_key.revoked").count() == 1


def test_a_key_of_one_system_is_not_revoked_through_another(
    cast: Cast, system: ApiClient, coordinator: Client
) -> None:
    other = ApiClientFactory.create()
    ClientScope.objects.create(client=other, area=cast.area)
    public_id = system.keys.get().public_id
    assert coordinator.post(f"/clients/{other.pk}/keys/{public_id}/revoke/").status_code == 404


def test_the_scope_is_widened_and_narrowed_with_its_events(
    cast: Cast, system: ApiClient, coordinator: Client
) -> None:
    commune = CommuneFactory.create(parent=cast.area)
    url = f"/clients/{system.pk}/scopes/"
    coordinator.post(url, {"about": "figures", "areas": commune.code})
    added = system.scopes.get(area=commune)
    assert (added.indicator, added.can_write) == (None, False)
    coordinator.post(f"{url}{added.pk}/remove/")
    assert not system.scopes.filter(area=commune).exists()
    assert AuditEvent.objects.filter(action__startswith="clientscope").count() == 2


def test_a_scope_of_tasks_is_given_shown_and_taken_away(
    cast: Cast, system: ApiClient, coordinator: Client
) -> None:
    plan, page = PlanFactory.create(), f"/clients/{system.pk}/"
    sent = {"about": "tasks", "areas": "40", "plans": [plan.pk], "can_write": "on"}
    coordinator.post(f"{page}scopes/", sent)
    given = system.plan_scopes.get()
    assert (given.plan, given.area, given.can_write) == (plan, cast.area, True)
    for address in (page, "/clients/"):
        assert plan.number in told(coordinator.get(address))
    system.scopes.update(id=given.pk)  # A scope of figures with the same number stays.
    coordinator.post(f"{page}task-scopes/{given.pk}/remove/")
    assert (system.plan_scopes.count(), system.scopes.count()) == (0, 1)
    added, removed = AuditEvent.objects.filter(action__startswith="clientscope").order_by("id")
    rights = {"scopes": [{"plan": plan.number, "area": "40", "can_write": True}]}
    assert (added.after, removed.before) == (rights, rights)


def test_a_system_for_tasks_alone_is_made(coordinator: Client) -> None:
    """None chosen: of all documents; read only unless said otherwise."""
    sent = {name: value for name, value in SENT.items() if name != "can_write"}
    key = key_on(coordinator.post("/clients/new/", {**sent, "about": "tasks"}))
    me = coordinator.get(ME, headers=bearer(key)).json()
    assert me["scope"] == []
    assert me["task_scope"] == [{"plan": None, "area": "40", "can_write": False}]
    assert coordinator.get(f"/clients/{ApiClient.objects.get().pk}/").status_code == 200


@pytest.mark.parametrize(("about", "wrong"), [("figures", "plans"), ("tasks", "indicators")])
def test_what_belongs_to_the_other_kind_of_scope_is_refused(
    cast: Cast, system: ApiClient, coordinator: Client, about: str, wrong: str
) -> None:
    chosen = {"plans": [PlanFactory.create().pk], "indicators": [cast.indicator.pk]}[wrong]
    sent = {"about": about, "areas": "40", wrong: chosen}
    response = coordinator.post(f"/clients/{system.pk}/scopes/", sent)
    assert response.status_code == 422
    assert f'id="id_{wrong}_error"' in response.content.decode()
    assert (system.scopes.count(), system.plan_scopes.count()) == (1, 0)


@pytest.mark.parametrize("area", ["01", ""])
def test_tasks_beyond_the_area_take_the_system_out_of_the_coordinators_hands(
    system: ApiClient, coordinator: Client, area: str
) -> None:
    where = ProvinceFactory.create(code=area) if area else None
    PlanScope.objects.create(client=system, area=where)
    assert coordinator.get(f"/clients/{system.pk}/").status_code == 404
    assert system.name not in told(coordinator.get("/clients/"))


def test_a_scope_of_tasks_of_another_area_is_not_theirs_to_give(
    system: ApiClient, coordinator: Client
) -> None:
    ProvinceFactory.create(code="01")
    sent = {"about": "tasks", "areas": "01", "can_write": "on"}
    assert coordinator.post(f"/clients/{system.pk}/scopes/", sent).status_code == 422
    assert not system.plan_scopes.exists()


def test_a_deleted_document_takes_its_scope_with_it(cast: Cast, system: ApiClient) -> None:
    """A scope without a document is one of all documents: it must never come of a deletion."""
    plan = PlanFactory.create()
    PlanScope.objects.create(client=system, plan=plan, area=cast.area)
    plan.delete()
    assert not system.plan_scopes.exists()


def test_the_same_scope_given_again_takes_the_new_right(
    cast: Cast, system: ApiClient, coordinator: Client
) -> None:
    sent = {"about": "figures", "areas": "40", "indicators": [cast.indicator.pk]}
    coordinator.post(f"/clients/{system.pk}/scopes/", sent)
    assert system.scopes.get().can_write is False


def test_a_scope_outside_the_area_is_refused(system: ApiClient, coordinator: Client) -> None:
    sent = {"about": "figures", "areas": "01"}
    assert coordinator.post(f"/clients/{system.pk}/scopes/", sent).status_code == 422
    assert system.scopes.count() == 1


def test_the_list_names_owner_last_use_and_expiry(system: ApiClient, coordinator: Client) -> None:
    system.keys.update(last_used_on="2026-11-20", expires_on="2099-01-31")
    text = coordinator.get("/clients/").content.decode()
    for word in (system.name, str(system.owner), "20/11/2026", "31/01/2099"):
        assert word in text
