"""What was typed survives a session that ended, also without a script."""

import re

import pytest
from django.test import Client

from tasks.models import Draft, StatusReport
from tests.factories import AssignmentFactory
from tests.tasks.conftest import Cast
from tests.tasks.steps import report

TYPED = {
    "state": "completed",
    "percent": "70",
    "effective_on": "2025-11-15",
    "version": "0",
    "result": "Đã trình <b>",
    "evidence_number": "12/BC",
}


@pytest.fixture
def url(cast: Cast) -> str:
    return cast.assignment.get_absolute_url()


@pytest.fixture
def sent(cast: Cast, url: str, client: Client) -> dict[str, str]:
    """The form of the officer, whose session is over."""
    client.force_login(cast.officer)
    page = client.get(url).content.decode()
    owner = re.search(r'name="owner" value="([^"]+)"', page)
    assert owner
    client.logout()
    return {**TYPED, "owner": owner[1]}


def test_somebody_signs_in_and_finds_their_words_in_the_form(
    cast: Cast, url: str, sent: dict[str, str], client: Client
) -> None:
    answer = client.post(url, sent)
    assert answer["Location"] == f"/login/?next={url}%23report"
    assert StatusReport.objects.count() == 0
    client.force_login(cast.officer)
    page = client.get(url)
    assert "Đã trình &lt;b&gt;" in page.content.decode()
    assert page.context["report_form"].draft_at
    assert "typed" not in client.session


def test_the_real_way_in_keeps_them_too(
    cast: Cast, url: str, sent: dict[str, str], client: Client
) -> None:
    cast.officer.set_password("quang-tri-44-kh-57")
    cast.officer.save()
    door = client.post(url, sent)["Location"]
    words = {"username": cast.officer.username, "password": "quang-tri-44-kh-57"}
    page = client.post(door, words, follow=True)
    assert "Đã trình &lt;b&gt;" in page.content.decode()


def test_another_person_on_that_browser_never_sees_them(
    cast: Cast, url: str, sent: dict[str, str], client: Client
) -> None:
    client.post(url, sent)
    client.force_login(cast.coordinator)
    assert "Đã trình" not in client.get(url).content.decode()
    assert "typed" not in client.session
    assert Draft.objects.count() == 0


def test_the_words_wait_until_that_very_page_is_opened(
    cast: Cast, url: str, sent: dict[str, str], client: Client
) -> None:
    other = AssignmentFactory.create(task__plan=cast.plan, agency=cast.agency)
    client.post(url, sent)
    client.force_login(cast.officer)
    assert "Đã trình" not in client.get(other.get_absolute_url()).content.decode()
    assert "Đã trình" in client.get(url).content.decode()


def test_who_came_back_late_is_told_what_changed_and_keeps_their_words(
    cast: Cast, url: str, sent: dict[str, str], client: Client
) -> None:
    asked = client.post(url, sent, follow=True)
    assert "Nội dung đã nhập được giữ lại" in asked.content.decode()
    report(cast.assignment, cast.coordinator, percent=55)
    client.force_login(cast.officer)
    page = client.get(url)
    assert str(cast.coordinator) in str(next(iter(page.context["messages"])))
    assert "Đã trình" in page.content.decode()


@pytest.mark.parametrize("owner", ["", "1", "1:x:y"])
def test_a_form_without_its_owners_mark_is_not_kept(
    url: str, sent: dict[str, str], client: Client, owner: str
) -> None:
    assert client.post(url, {**sent, "owner": owner})["Location"] == f"/login/?next={url}"
    assert "typed" not in client.session


def test_neither_files_nor_passwords_nor_endless_texts_are_kept(
    url: str, sent: dict[str, str], client: Client
) -> None:
    client.post(url, {**sent, "result": "x" * 90_000, "percent": "9" * 90_000, "password": "p"})
    content = client.session["typed"]["content"]
    assert (len(content["result"]), len(content["percent"])) == (20_000, 500)
    assert not {"password", "evidence_file", "csrfmiddlewaretoken"} & set(content)
