"""What was typed about an assignment survives a session that ended."""

import pytest
from django.test import Client

from core.calendar import clock
from tasks.models import Draft, StatusReport
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
def page(cast: Cast) -> str:
    return f"/assignments/{cast.assignment.pk}/"


def test_what_was_typed_is_back_after_the_next_sign_in(
    cast: Cast, page: str, officer: Client
) -> None:
    assert officer.post(f"{page}draft/", TYPED).status_code == 204
    officer.logout()
    officer.force_login(cast.officer)
    answer = officer.get(page)
    assert "Đã trình &lt;b&gt;" in answer.content.decode()
    assert answer.context["report_form"].draft_at == Draft.objects.get().saved_at
    opened = officer.get(f"{page}line/?edit", headers={"HX-Request": "true"})
    assert "Đã trình &lt;b&gt;" in opened.content.decode()
    assert StatusReport.objects.count() == 0


def test_a_later_draft_takes_the_place_of_the_one_before(page: str, officer: Client) -> None:
    officer.post(f"{page}draft/", TYPED)
    officer.post(f"{page}draft/", {**TYPED, "result": "Khác", "is_staff": "1"})
    content = Draft.objects.get().content
    assert content["result"] == "Khác"
    assert "is_staff" not in content


def test_a_draft_is_its_writers_alone(cast: Cast, page: str, client: Client) -> None:
    client.force_login(cast.officer)
    client.post(f"{page}draft/", TYPED)
    client.force_login(cast.coordinator)
    assert "Đã trình" not in client.get(page).content.decode()


@pytest.mark.parametrize("last", ["saved", "unchanged", "discarded"])
def test_a_draft_is_gone_once_it_is_saved_or_thrown_away(
    page: str, officer: Client, last: str
) -> None:
    officer.post(f"{page}draft/", TYPED)
    today = clock.today().isoformat()
    if last == "discarded":
        assert officer.post(f"{page}draft/", {"discard": "1"})["Location"] == page
    else:
        extra = {"unchanged": "1"} if last == "unchanged" else {}
        officer.post(page, {**TYPED, "effective_on": today, **extra})
    assert Draft.objects.count() == 0
    assert StatusReport.objects.count() == (0 if last == "discarded" else 1)


def test_a_draft_stays_while_its_report_is_refused(page: str, officer: Client) -> None:
    officer.post(f"{page}draft/", TYPED)
    assert officer.post(page, {**TYPED, "effective_on": "2099-01-01"}).status_code == 422
    assert Draft.objects.count() == 1


def test_a_draft_that_arrives_after_its_form_was_saved_is_not_kept(
    cast: Cast, page: str, officer: Client
) -> None:
    report(cast.assignment, cast.officer)
    assert officer.post(f"{page}draft/", TYPED).status_code == 409
    assert Draft.objects.count() == 0


def test_only_those_who_may_report_keep_drafts(cast: Cast, page: str, client: Client) -> None:
    for user, status in ((cast.viewer, 403), (cast.stranger, 404)):
        client.force_login(user)
        for content in (TYPED, {"discard": "1"}):
            assert client.post(f"{page}draft/", content).status_code == status
    assert Draft.objects.count() == 0
