"""What was typed into a report and not saved survives the session; a colleague's text is kept."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from core.models import User
from core.web.typed import mark_of
from reports.frozen.services import draft_of, freeze
from reports.models import ReportDraft, TypedText
from tests.factories import UserFactory
from tests.reports.conftest import CLOSES, Office


@pytest.fixture
def draft(office: Office, client: Client) -> ReportDraft:
    client.force_login(office.reviewer)
    return draft_of(office.period, office.area)


def _seen(client: Client, draft: ReportDraft) -> str:
    return str(client.get(draft.get_absolute_url()).context["form"].seen)


def _address(draft: ReportDraft) -> str:
    return reverse("typed_text", args=[draft.period_id, draft.area.code])


def _shown(client: Client, draft: ReportDraft) -> str:
    return client.get(draft.get_absolute_url()).content.decode()


def test_what_was_typed_is_in_the_form_again_and_in_no_report(
    client: Client, office: Office, draft: ReportDraft
) -> None:
    typed = {"before": "Đang viết dở", "seen": _seen(client, draft)}
    assert client.post(_address(draft), typed).status_code == HTTPStatus.NO_CONTENT
    assert "Đang viết dở" in _shown(client, draft)
    assert "đã được khôi phục" in _shown(client, draft)
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    assert report.figures["texts"]["before"] == ""
    client.force_login(office.coordinator)
    assert "Đang viết dở" not in _shown(client, draft)


def test_saving_or_throwing_away_ends_it(client: Client, draft: ReportDraft) -> None:
    typed = {"before": "Đã viết", "between": "", "after": "", "seen": _seen(client, draft)}
    client.post(_address(draft), typed)
    assert client.post(draft.get_absolute_url(), typed).status_code == HTTPStatus.FOUND
    assert not TypedText.objects.exists()
    assert ReportDraft.objects.get(pk=draft.pk).before == "Đã viết"
    client.post(_address(draft), {**typed, "before": "Viết khác"})
    client.post(_address(draft), {**typed, "discard": "1"})
    assert not TypedText.objects.exists()
    assert "Viết khác" not in _shown(client, draft)


def test_a_text_sent_after_the_session_ended_is_back_after_signing_in(
    client: Client, office: Office, draft: ReportDraft
) -> None:
    seen = _seen(client, draft)
    client.logout()
    sent = {"before": "Trước khi hết phiên", "seen": seen, "owner": mark_of(office.reviewer)}
    answer = client.post(draft.get_absolute_url(), sent)
    assert answer["Location"].startswith("/login/")
    client.force_login(office.reviewer)
    assert "Trước khi hết phiên" in _shown(client, draft)
    assert TypedText.objects.get().user == office.reviewer


def test_nobody_else_who_signs_in_there_gets_it(
    client: Client, office: Office, draft: ReportDraft
) -> None:
    client.logout()
    sent = {"before": "Của người khác", "owner": mark_of(office.reviewer)}
    client.post(draft.get_absolute_url(), sent)
    client.force_login(office.coordinator)
    assert "Của người khác" not in _shown(client, draft)
    client.force_login(office.reviewer)
    assert "Của người khác" not in _shown(client, draft)


@pytest.mark.parametrize("mark", ["", "forged"])
def test_a_mark_that_is_forged_keeps_nothing(
    client: Client, office: Office, draft: ReportDraft, mark: str
) -> None:
    client.logout()
    client.post(draft.get_absolute_url(), {"before": "Lạ", "owner": mark})
    client.force_login(office.reviewer)
    assert "Lạ" not in _shown(client, draft)


def test_what_a_colleague_saved_meanwhile_is_told(
    client: Client, office: Office, draft: ReportDraft
) -> None:
    seen = _seen(client, draft)
    client.post(_address(draft), {"before": "Của tôi", "seen": seen})
    ReportDraft.objects.filter(pk=draft.pk).update(before="Của đồng nghiệp")
    form = client.get(draft.get_absolute_url()).context["form"]
    assert form.seen == seen
    sent = {"before": "Của tôi", "between": "", "after": "", "seen": form.seen}
    answer = client.post(draft.get_absolute_url(), sent)
    assert answer.status_code == HTTPStatus.PRECONDITION_FAILED
    assert "Của đồng nghiệp" in answer.content.decode()


def test_a_figure_in_the_text_is_that_of_the_table(client: Client, draft: ReportDraft) -> None:
    given = {"before": "Đã xong {hoan_thanh}/{so_nhiem_vu}.", "seen": _seen(client, draft)}
    client.post(draft.get_absolute_url(), {**given, "between": "", "after": ""})
    page = client.get(draft.get_absolute_url(), {"preview": "1"}).content.decode()
    assert "Đã xong 2/5." in page
    assert "?figure=" not in page  # What is not frozen has no rows yet.
    wrong = {**given, "before": "{con_lai}", "seen": _seen(client, draft)}
    answer = client.post(draft.get_absolute_url(), wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "con_lai" in answer.content.decode()


def test_who_may_not_write_keeps_nothing(client: Client, office: Office) -> None:
    draft = draft_of(office.period, office.area)
    readers: list[User] = [office.viewer, office.stranger, UserFactory.create()]
    for user in readers:
        client.force_login(user)
        assert client.post(_address(draft), {"before": "?"}).status_code in {403, 404}
    assert not TypedText.objects.exists()
