"""The language a person is written to in, their address, and how they end the reminders."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings

from core.accounts.preferences import read_unsubscribe_token, unsubscribe_token
from core.models import AuditEvent, User
from core.site.checks import check_email
from r57 import environment
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client: Client) -> User:
    user = UserFactory.create(username="hoa")
    client.force_login(user)
    return user


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_the_switch_is_kept_on_the_server_once(client: Client, person: User) -> None:
    for _ in range(2):
        client.post("/language/", {"language": "en", "next": "/account/"})
    assert fresh(person).language == "en"
    assert AuditEvent.objects.filter(action="preferences.change").count() == 1


def test_an_unknown_language_changes_nothing(client: Client, person: User) -> None:
    client.post("/language/", {"language": "xx", "next": "/account/"})
    assert fresh(person).language == ""


def test_the_switch_works_signed_out(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/login/"})
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_a_new_browser_speaks_the_language_of_whoever_signs_in(client: Client) -> None:
    UserFactory.create(username="an", language="en")
    answer = client.post("/login/", {"username": "an", "password": PASSWORD})
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_language_address_and_reminders_are_chosen_on_one_page(
    client: Client, person: User
) -> None:
    sent = {"language": "en", "email": "hoa@nghean.example"}
    assert client.post("/account/notices/", sent)["Location"] == "/account/"
    person = fresh(person)
    assert (person.language, person.email, person.wants_digest) == ("en", sent["email"], False)
    event = AuditEvent.objects.get(action="preferences.change")
    assert event.after == {"language": "en", "email": True, "wants_digest": False}


def test_a_wrong_address_is_refused_beside_its_field(client: Client, person: User) -> None:
    answer = client.post("/account/notices/", {"language": "vi", "email": "hoa@"})
    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()
    assert fresh(person).email == ""


def test_opening_the_link_of_a_mail_changes_nothing(client: Client) -> None:
    user = UserFactory.create(language="en")
    page = client.get(f"/notices/unsubscribe/{unsubscribe_token(user.pk)}/")
    assert "Stop the e-mails" in page.content.decode()
    assert fresh(user).wants_digest


def test_posting_the_link_ends_the_mails_without_cookie_or_form_token() -> None:
    user, program = UserFactory.create(), Client(enforce_csrf_checks=True)
    address = f"/notices/unsubscribe/{unsubscribe_token(user.pk)}/"
    for _ in range(2):
        assert program.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not fresh(user).wants_digest
    assert AuditEvent.objects.filter(action="preferences.change").count() == 1


def test_a_forged_link_opens_nothing(client: Client) -> None:
    token = unsubscribe_token(UserFactory.create().pk)
    for forged in (token[:-1], f"x{token}", "1"):
        assert read_unsubscribe_token(forged) is None
        assert client.get(f"/notices/unsubscribe/{forged}/").status_code == 404


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://u:p%40x@mail.vn", 587, True, False),
        ("smtps://u:p@mail.vn:4650", 4650, False, True),
        ("smtp+plain://mail.vn", 25, False, False),
    ],
)
def test_the_address_of_the_mail_server_is_read(
    monkeypatch: pytest.MonkeyPatch, url: str, port: int, tls: bool, ssl: bool
) -> None:
    monkeypatch.setenv("R57_EMAIL_URL", url)
    found = environment.email("R57_EMAIL_URL")
    assert found["BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["PORT"], found["TLS"], found["SSL"]) == (port, tls, ssl)
    assert found["PASSWORD"] in {"p@x", "p", ""}


def test_without_an_address_mails_are_printed_and_a_folder_takes_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("R57_EMAIL_URL", raising=False)
    assert "console" in str(environment.email("R57_EMAIL_URL")["BACKEND"])
    monkeypatch.setenv("R57_EMAIL_URL", "file:///tmp/mails")
    assert environment.email("R57_EMAIL_URL")["FOLDER"] == "/tmp/mails"  # noqa: S108 - not opened


@pytest.mark.parametrize("url", ["http://mail.vn", "smtp:mail.vn", "mail.vn"])
def test_a_misspelt_mail_server_stops_the_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("R57_EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="R57_EMAIL_URL"):
        environment.email("R57_EMAIL_URL")


def test_misspelt_days_and_numbers_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("R57_DAYS_OFF", "31/8/2026")
    monkeypatch.setenv("R57_ESCALATE_AFTER_DAYS", "15,0")
    monkeypatch.setenv("R57_DIGEST_HOUR", "24")
    with pytest.raises(ImproperlyConfigured, match="R57_DIGEST_HOUR"):
        environment.hour("R57_DIGEST_HOUR", 7)
    with pytest.raises(ImproperlyConfigured, match="R57_DAYS_OFF"):
        environment.days("R57_DAYS_OFF")
    with pytest.raises(ImproperlyConfigured, match="R57_ESCALATE_AFTER_DAYS"):
        environment.numbers("R57_ESCALATE_AFTER_DAYS", "15")


@override_settings(
    R57_SENDS_EMAIL=True, R57_PUBLIC_URL="http://127.0.0.1:8000", DEFAULT_FROM_EMAIL="r57@localhost"
)
def test_mails_that_lead_nowhere_are_named_before_deployment() -> None:
    assert [found.id for found in check_email(None)] == ["core.E002", "core.E003"]
    with override_settings(R57_SENDS_EMAIL=False):
        assert check_email(None) == []
