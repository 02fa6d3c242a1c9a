"""Charts that were chosen are pictures in every file, drawn once and frozen with the report."""

import hashlib
import io
import re
import subprocess
import sys
from datetime import date, timedelta
from http import HTTPStatus
from zipfile import ZipFile

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.translation import override

from core.drawing.picture import picture
from core.errors import Refused
from core.queue import recalculation
from dashboards.charts.registry import CHARTS, figure
from reports.content import charts
from reports.files.blocks import Picture, plain_text
from reports.files.parts import blocks_of
from reports.files.word import word
from reports.frozen.services import chosen_in, digest, draft_of, freeze, preview, write
from reports.models import FrozenPicture, FrozenReport, ReportDraft
from tests.factories import AssignmentFactory, PlanFactory
from tests.reports.conftest import CLOSES, FRIDAY, Office

GROUPS = "completion-by-group"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def draft(office: Office) -> ReportDraft:
    recalculation.recalculate_all()
    draft = draft_of(office.period, office.area)
    draft.charts = [GROUPS, "completion-over-time"]
    draft.save()
    return draft


@pytest.fixture
def frozen(office: Office, draft: ReportDraft) -> FrozenReport:
    return freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


def _pictures(report: FrozenReport) -> list[Picture]:
    return [block for block in blocks_of(report) if isinstance(block, Picture)]


def test_what_is_offered_speaks_of_the_document_alone() -> None:
    for name, _title in charts.choices():
        assert CHARTS[name].takes == ("plan", "area")


def test_the_choice_is_made_with_the_text_and_kept_for_the_next_period(
    client: Client, office: Office
) -> None:
    draft = draft_of(office.period, office.area)
    client.force_login(office.reviewer)
    page = client.get(draft.get_absolute_url())
    assert (
        page.content.decode().count('type="checkbox" name="charts"') == len(charts.choices()) == 4
    )
    form = page.context["form"]
    sent = {"before": "Lời đầu", "between": "", "after": "", "seen": form.seen, "charts": [GROUPS]}
    assert client.post(draft.get_absolute_url(), sent).status_code == HTTPStatus.FOUND
    draft.refresh_from_db()
    assert draft.charts == [GROUPS]
    strange = client.post(draft.get_absolute_url(), {**sent, "charts": ["ranks"]})
    assert strange.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    recalculation.recalculate_all()
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    assert chosen_in(report) == [GROUPS]
    later = office.period
    later.pk = None
    later.first_day, later.last_day = FRIDAY + timedelta(1), FRIDAY + timedelta(7)
    later.save()
    assert draft_of(later, office.area).charts == [GROUPS]


def test_a_picture_is_that_of_the_committees_chart_with_its_finding(
    office: Office, frozen: FrozenReport
) -> None:
    query = {"plan": office.plan.number, "area": office.area.code, "as_of": FRIDAY.isoformat()}
    for language in ("vi", "en"):
        with override(language):
            drawn = {one.name: one for one in frozen.pictures_in(language)}
            assert set(drawn) == {GROUPS, "completion-over-time"}
            for name, one in drawn.items():
                shown = figure(CHARTS[name], office.reviewer, query)
                assert bytes(one.png) == picture(shown)
                assert one.title == shown["layout"]["meta"]["title"]


def test_bars_of_the_picture_are_the_frozen_figures(office: Office, frozen: FrozenReport) -> None:
    query = {"plan": office.plan.number, "as_of": FRIDAY.isoformat()}
    shown = figure(CHARTS[GROUPS], office.reviewer, query)
    for trace, fold in zip(shown["data"], ("completed", "on_schedule", "overdue"), strict=True):
        assert sum(trace["x"]) == len(frozen.figures["figures"].get(f"agencies.{fold}", ()))


def test_the_word_file_holds_each_with_its_words(frozen: FrozenReport) -> None:
    with override("vi"), ZipFile(io.BytesIO(word(frozen))) as file:
        document = file.read("word/document.xml").decode()
        links = file.read("word/_rels/document.xml.rels").decode()
        kinds = file.read("[Content_Types].xml").decode()
        shown = _pictures(frozen)
        for number, one in enumerate(shown, start=1):
            assert file.read(f"word/media/picture{number}.png") == one.png
            assert f'Target="media/picture{number}.png"' in links
            assert f'r:embed="picture{number}"' in document
    assert 'Extension="png"' in kinds
    alts = re.findall(r'descr="([^"]*)"', document)
    assert alts == [one.alt for one in shown]
    assert all(f'<w:t xml:space="preserve">{one.title}</w:t>' in document for one in shown)
    assert document.count("tính đến ngày 14/11/2025.") == len(shown) == 2
    widths = [int(width) / 12700 for width in re.findall(r'<wp:extent cx="(\d+)"', document)]
    assert all(width <= 9355 / 20 for width in widths)


def test_page_and_text_hold_them_too(client: Client, office: Office, frozen: FrozenReport) -> None:
    client.force_login(office.viewer)
    page = client.get(frozen.get_absolute_url()).content.decode()
    assert page.count("data:image/png;base64,") == 2
    with override("vi"):
        text = plain_text(blocks_of(frozen))
        assert all(one.alt in text for one in _pictures(frozen))


def test_they_are_in_the_hash_and_stay_whatever_comes_late(
    office: Office, frozen: FrozenReport
) -> None:
    before, file = digest(frozen), word(frozen)
    office.report(4, "completed", date(2025, 11, 13), CLOSES + timedelta(days=3))
    recalculation.recalculate_all()
    kept = FrozenReport.objects.get(pk=frozen.pk)
    assert (digest(kept), word(kept)) == (before, file)
    stored = kept.pictures.all()
    hashes = {f"{one.name}.{one.language}": one.digest for one in stored}
    assert kept.figures["charts"]["hashes"] == hashes
    assert [hashlib.sha256(bytes(one.png)).hexdigest() for one in stored] == list(hashes.values())
    kept.figures["charts"]["hashes"][f"{GROUPS}.vi"] = "0"
    assert digest(kept) != before


def test_the_database_keeps_them(frozen: FrozenReport) -> None:
    for told in ("UPDATE reports_frozenpicture SET png = ''", "DELETE FROM reports_frozenpicture"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(told)


def test_a_preview_draws_and_stores_nothing(office: Office, draft: ReportDraft) -> None:
    assert len(_pictures(preview(draft, office.reviewer))) == 2
    assert not FrozenPicture.objects.exists()


def test_charts_that_lag_behind_the_tables_are_not_frozen(
    office: Office, draft: ReportDraft
) -> None:
    office.report(4, "completed", date(2025, 11, 13), CLOSES - timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    assert [fault.code for fault in refused.value.faults] == ["charts_differ"]
    assert not FrozenReport.objects.exists()
    recalculation.recalculate_all()
    freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


def test_nothing_chosen_or_nothing_to_show_is_no_part(office: Office) -> None:
    draft = draft_of(office.period, office.area)
    assert not _pictures(preview(draft, office.reviewer))
    office.period.plan = PlanFactory.create(number="1-KH/TU")
    office.period.save()
    draft.charts = [GROUPS, "completion-over-time"]
    draft.save()
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    assert not _pictures(report)
    assert chosen_in(report) == draft.charts


def test_who_may_not_write_chooses_nothing(client: Client, office: Office) -> None:
    draft = draft_of(office.period, office.area)
    for user in (office.viewer, office.stranger):
        client.force_login(user)
        answer = client.post(draft.get_absolute_url(), {"charts": [GROUPS]})
        assert answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
    draft.refresh_from_db()
    assert draft.charts == []


def test_fifty_groups_with_long_names_stay_on_a_page(office: Office, draft: ReportDraft) -> None:
    for n in range(50):
        AssignmentFactory.create(
            task__plan=office.plan,
            task__group__number=n + 20,
            task__group__name_vi=f"Nhóm {n} " + "tên rất dài <&> " * 6,
            assigned_on=date(2025, 3, 1),
        )
    recalculation.recalculate_all()
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    heights = re.findall(r'<wp:extent cx="\d+" cy="(\d+)"', _document(report))
    assert all(int(height) / 12700 <= 380 for height in heights)


def _document(report: FrozenReport) -> str:
    with ZipFile(io.BytesIO(word(report))) as file:
        return file.read("word/document.xml").decode()


def test_the_choice_is_refused_when_a_colleague_chose_meanwhile(
    office: Office, draft: ReportDraft
) -> None:
    with pytest.raises(Refused):
        write(draft, given={"charts": []}, seen="old", by=office.reviewer)


def test_the_library_is_loaded_with_the_first_picture_only() -> None:
    code = "import django; django.setup(); import r57.urls, sys; print('matplotlib' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
