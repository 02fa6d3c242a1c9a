"""Coming in: a password or a one-time code, few tries each, the same answer to every name."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from pytest_django import Settings

from core.accounts.sign_in import forget_old_tries, give_codes
from core.calendar import clock
from core.models import AttemptCount, AuditEvent, OneTimeCode, User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NEW = "lua-moi-quynh-luu-9"


@pytest.fixture
def person() -> User:
    return UserFactory.create(username="annv.quynhluu", full_name="Nguyễn Văn An")


def code_of(person: User) -> str:
    [given] = give_codes([person])
    return given.text


def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post("/login/", {"username": username, "password": password})


def use(client: Client, username: str, code: str, first: str = NEW, second: str = "") -> Any:
    sent = {"username": username, "code": code, "new_password1": first}
    return client.post("/login/code/", {**sent, "new_password2": second or first})


def told(response: Any) -> str:
    """The page without what differs from request to request and the name that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r'value="(nobody|annv.quynhluu)"', "", text)


def later(monkeypatch: pytest.MonkeyPatch, **delta: int) -> None:
    then = clock.now() + timedelta(**delta)
    monkeypatch.setattr(clock, "now", lambda: then)


# With a password ----------------------------------------------------------------------------------


def test_after_five_wrong_passwords_the_right_one_is_not_looked_at(
    client: Client, person: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [sign_in(client, person.username, "x").status_code for _ in range(5)] == [200] * 5
    locked = sign_in(client, person.username, PASSWORD)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "Hãy chờ 15 phút" in locked.content.decode()
    later(monkeypatch, minutes=settings.R57_SIGN_IN_LOCK_MINUTES)
    assert sign_in(client, person.username, PASSWORD).status_code == 302


def test_tries_at_a_shut_door_do_not_keep_it_shut_longer(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        sign_in(client, person.username, "x")
    later(monkeypatch, minutes=10)
    assert sign_in(client, person.username, "x")["Retry-After"] in {"300", "299"}


def test_a_known_and_an_unknown_name_get_the_same_answers(client: Client, person: User) -> None:
    for _ in range(7):
        known, unknown = (sign_in(client, name, "x") for name in (person.username, "nobody"))
        assert known.status_code == unknown.status_code
        assert told(known) == told(unknown)


@pytest.mark.parametrize("kind", ["known", "unknown", "disabled", "without a password"])
def test_every_name_costs_one_password_hash(client: Client, kind: str) -> None:
    """The same time for all, whoever asks with a stopwatch."""
    person = UserFactory.create(username="annv.quynhluu", is_active=kind != "disabled")
    if kind == "without a password":
        person.set_unusable_password()
        person.save()
    name = "nobody" if kind == "unknown" else person.username
    with mock.patch.object(
        MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
    ) as hashed:
        assert sign_in(client, name, "x").status_code == 200
    assert hashed.call_count == 1


def test_a_capital_in_the_name_is_no_way_around_the_count(client: Client, person: User) -> None:
    for name in (
        "annv.quynhluu",
        "ANNV.quynhluu",
        " annv.quynhluu ",
        "Annv.quynhluu",
        "ANNV.QuynhLuu",
    ):
        sign_in(client, name, "x")
    assert sign_in(client, person.username, PASSWORD).status_code == 429


def test_coming_in_wipes_the_slate(client: Client, person: User) -> None:
    for _ in range(4):
        sign_in(client, person.username, "x")
    assert sign_in(client, person.username, PASSWORD).status_code == 302
    assert not AttemptCount.objects.exists()


@pytest.mark.parametrize("no_password", ["", "\0"])
def test_a_form_without_a_password_wipes_no_slate(
    client: Client, person: User, no_password: str
) -> None:
    for _ in range(5):
        sign_in(client, person.username, "wrong")
    assert sign_in(client, person.username, no_password).status_code == 200
    assert sign_in(client, person.username, PASSWORD).status_code == 429


def test_the_names_that_were_typed_are_kept_nowhere(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(6):
        sign_in(client, "my-password-by-mistake", "x")
    [held] = AttemptCount.objects.all()
    assert re.fullmatch(r"[0-9a-f]{64}", held.key)
    assert "Too many tries to sign in" in caplog.text
    assert "by-mistake" not in caplog.text


def test_counters_that_shut_no_door_are_forgotten(
    client: Client, person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, person.username, "x")
    assert forget_old_tries() == 0
    later(monkeypatch, hours=1)
    assert forget_old_tries() == 1


def test_the_admin_has_no_door_of_its_own(client: Client, person: User) -> None:
    assert client.get("/admin/login/?next=/admin/core/user/")["Location"] == (
        "/login/?next=%2Fadmin%2Fcore%2Fuser%2F"
    )
    boss = UserFactory.create(is_superuser=True, is_staff=True)
    for _ in range(9):
        client.post("/admin/login/", {"username": boss.username, "password": PASSWORD})
    assert client.get("/account/").status_code == 302
    client.force_login(person)
    assert client.get("/admin/login/").status_code == 403
    client.force_login(boss)
    assert client.get("/admin/login/")["Location"] == "/admin/"


# With a code --------------------------------------------------------------------------------------


def test_a_code_sets_a_password_once(client: Client, person: User) -> None:
    code = code_of(person)
    assert use(client, person.username, code.lower())["Location"] == "/login/"
    assert use(client, person.username, code).status_code == 422
    assert sign_in(client, person.username, NEW).status_code == 302
    assert [event.action for event in AuditEvent.objects.order_by("id")] == [
        "password_set_with_code",
        "signed_in",
    ]


def test_a_new_code_voids_the_one_before(client: Client, person: User) -> None:
    first, second = code_of(person), code_of(person)
    assert use(client, person.username, first).status_code == 422
    assert use(client, person.username, second).status_code == 302


def test_a_code_is_good_for_its_own_name_and_for_its_hours_only(
    client: Client, person: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, other = code_of(person), UserFactory.create()
    assert use(client, other.username, code).status_code == 422
    later(monkeypatch, hours=settings.R57_CODE_HOURS)
    assert use(client, person.username, code).status_code == 422
    assert OneTimeCode.objects.live(clock.now()).count() == 0


def test_a_code_opens_no_account_that_is_closed(client: Client, person: User) -> None:
    code = code_of(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert use(client, person.username, code).status_code == 422


def test_a_wrong_code_and_a_wrong_name_get_the_same_answers(client: Client, person: User) -> None:
    code_of(person)
    seen = []
    for _ in range(7):
        known, unknown = (
            use(client, name, "AAAAA-AAAAA-AAAAA") for name in (person.username, "nobody")
        )
        assert told(known) == told(unknown)
        seen += [known.status_code, unknown.status_code]
    assert seen == [422] * 10 + [429] * 4


def test_a_weak_password_costs_neither_the_code_nor_the_tries(client: Client, person: User) -> None:
    code = code_of(person)
    for weak in ("short", "1234567890", "Nguyễn Văn An", *["password12"] * 4):
        response = use(client, person.username, code, weak)
        assert response.status_code == 422
        assert code not in response.content.decode().replace(f'value="{code}"', "")
    assert use(client, person.username, code).status_code == 302


def test_two_passwords_that_differ_are_told_before_the_code_is_tried(
    client: Client, person: User
) -> None:
    response = use(client, person.username, code_of(person), NEW, "another-one-57")
    assert "Hai mật khẩu không giống nhau." in response.content.decode()
    assert not AttemptCount.objects.exists()


def test_a_new_password_ends_the_sessions_of_the_old_one(client: Client, person: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(person)
    use(client, person.username, code_of(person))
    assert elsewhere.get("/account/").status_code == 302


def test_neither_log_nor_audit_nor_database_holds_the_code(
    client: Client, person: User, caplog: pytest.LogCaptureFixture
) -> None:
    code = code_of(person)
    stored = OneTimeCode.objects.get().code_hash
    for _ in range(6):
        use(client, person.username, f"{code}A")
    events = str(list(AuditEvent.objects.values()))
    assert code not in caplog.text + events + stored
    assert code.replace("-", "") not in caplog.text + events + stored


# Many at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", ["password", "code"])
def test_of_sixty_tries_at_once_no_more_than_the_limit_are_checked(person: User, door: str) -> None:
    checked = (
        "django.contrib.auth.authenticate" if door == "password" else "core.accounts.sign_in.opens"
    )
    if door == "password":
        checked = "django.contrib.auth.forms.authenticate"
    code_of(person)

    def knock(_: int) -> int:
        try:
            client = Client()
            response = (
                sign_in(client, person.username, "x")
                if door == "password"
                else use(client, person.username, "AAAAA-AAAAA-AAAAA")
            )
            return int(response.status_code)
        finally:
            connection.close()

    with mock.patch(checked, return_value=None) as check, ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(knock, range(60)))
    assert check.call_count == 5
    assert answers.count(429) == 55
