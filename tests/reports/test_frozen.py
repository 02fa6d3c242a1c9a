"""A frozen report never changes; what comes late stands beside it."""

import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client

from core.errors import Refused
from core.models import AuditEvent
from core.web.editing import stamp
from reports.content.figures import FOLDS
from reports.frozen.comparison import between
from reports.frozen.corrections import corrections_of
from reports.frozen.services import digest, draft_of, freeze, write
from reports.models import FrozenReport, ReportDraft, ReportingPeriod
from reports.periods.calendar import HANOI
from tasks.completion.totals import By, parts, totals
from tests.reports.conftest import CLOSES, FRIDAY, Office


def _later(office: Office) -> None:
    """Task 4 was completed on Thursday, as its agency says on the Monday after."""
    at = datetime(2025, 11, 17, 9, tzinfo=HANOI)
    office.report(4, "completed", date(2025, 11, 13), at)


@pytest.fixture
def frozen(office: Office) -> FrozenReport:
    return freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


def test_its_figures_are_those_of_the_api_part_by_part(office: Office) -> None:
    _later(office)  # Not known yet at the closing hour.
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    known = totals(office.plan, office.area, FRIDAY, CLOSES)
    assert report.figures["counts"] == {"agencies": known.to_api()}
    assert known.completed == 2
    walked = 0
    for by in (By.GROUP, By.AGENCY):
        for part in parts(office.plan, office.area, FRIDAY, by, CLOSES):
            for name, value in part.counts.to_api().items():
                key = f"agencies.{by}.{part.key}.{name}"
                if name not in {"rate", "due_rate"}:
                    assert len(report.figures["figures"].get(key, [])) == value, key
                    walked += 1
    assert walked == 10 * (1 + len(office.tasks))  # One group, and an agency a task.


def test_every_figure_is_the_number_of_its_rows(frozen: FrozenReport) -> None:
    status = {row["id"]: row["status"] for row in frozen.figures["rows"]}
    figures = frozen.figures["figures"]
    assert len(figures["agencies.total"]) == len(status) == 5
    for fold in set(FOLDS.values()):
        wanted = sorted(pk for pk, one in status.items() if FOLDS.get(one) == fold)
        assert figures.get(f"agencies.{fold}", []) == wanted


def test_the_database_refuses_to_change_or_delete_it(frozen: FrozenReport) -> None:
    rows = FrozenReport.objects.filter(pk=frozen.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(digest="")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows._raw_delete(rows.db)


def test_a_late_report_leaves_it_and_shows_beside_it(office: Office, frozen: FrozenReport) -> None:
    frozen.refresh_from_db()  # PostgreSQL gives the keys in an order of its own.
    before = json.dumps(frozen.figures)
    _later(office)
    kept = FrozenReport.objects.get(pk=frozen.pk)
    assert json.dumps(kept.figures) == before
    assert digest(kept) == kept.digest
    found = corrections_of(kept)
    assert (found.completed, found.overdue, found.total) == (1, -1, 0)
    [line] = found.lines
    assert (line.row.number, line.was, line.now) == ("4", "not_started_overdue", "completed_late")
    assert [one.effective_on for one in line.reports] == [date(2025, 11, 13)]


def test_the_hash_tells_a_change_of_any_figure(frozen: FrozenReport) -> None:
    frozen.figures["rows"][0]["status"] = "cancelled"
    assert digest(frozen) != frozen.digest


def test_the_next_report_says_what_moved(office: Office, frozen: FrozenReport) -> None:
    _later(office)
    week = timedelta(days=7)
    later = ReportingPeriod.objects.create(
        plan=office.plan,
        kind="week",
        first_day=office.period.first_day + week,
        last_day=FRIDAY + week,
        as_of=FRIDAY + week,
        closes_at=CLOSES + week,
    )
    report = freeze(later, office.area, by=office.reviewer, at=CLOSES + week)
    moved = {"id": office.tasks[3].pk, "was": "not_started_overdue", "now": "completed_late"}
    assert report.figures["before"] == frozen.pk
    assert report.figures["changes"] == [moved]
    assert [one.row.id for one in between(report, frozen).completed] == [office.tasks[3].pk]


def test_a_new_version_stands_beside_the_old_and_has_a_reason(
    office: Office, frozen: FrozenReport
) -> None:
    with pytest.raises(Refused, match="reason_needed"):
        freeze(office.period, office.area, by=office.reviewer)
    _later(office)
    second = freeze(office.period, office.area, by=office.reviewer, reason="Bổ sung việc số 4")
    assert second.version == 2
    assert second.figures["counts"]["agencies"]["completed"] == 3
    assert FrozenReport.objects.get(pk=frozen.pk).figures["counts"]["agencies"]["completed"] == 2


def test_it_is_not_frozen_before_it_closes(office: Office) -> None:
    with pytest.raises(Refused, match="not_closed_yet"):
        early = CLOSES - timedelta(minutes=1)
        freeze(office.period, office.area, by=office.reviewer, at=early)


def test_its_days_are_closed_to_all_but_coordinators(office: Office, frozen: FrozenReport) -> None:
    office.plan.refresh_from_db()
    assert office.plan.closed_through == FRIDAY
    assert AuditEvent.objects.filter(action="report.freeze", subject_key=str(frozen.pk)).exists()


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_who_only_reads_does_not_freeze(office: Office, who: str) -> None:
    with pytest.raises(PermissionDenied):
        freeze(office.period, office.area, by=getattr(office, who))


def test_the_text_is_kept_from_period_to_period(office: Office) -> None:
    draft = draft_of(office.period, office.area)
    given = {"before": "Đã hoàn thành {hoan_thanh}/{so_nhiem_vu}."}
    write(draft, given=given, seen=stamp(draft, ReportDraft.CHOSEN), by=office.reviewer)
    freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    week = timedelta(days=7)
    later = ReportingPeriod.objects.create(
        plan=office.plan,
        kind="week",
        first_day=office.period.first_day + week,
        last_day=FRIDAY + week,
        closes_at=CLOSES + week,
    )
    assert draft_of(later, office.area).before == given["before"]


def test_a_figure_that_does_not_exist_is_refused(office: Office) -> None:
    draft = draft_of(office.period, office.area)
    seen = stamp(draft, ReportDraft.CHOSEN)
    with pytest.raises(Refused, match="unknown_figure"):
        write(draft, given={"after": "Còn {con_lai} việc"}, seen=seen, by=office.reviewer)


def test_a_figure_in_a_sentence_leads_to_its_rows(client: Client, office: Office) -> None:
    draft = draft_of(office.period, office.area)
    draft.after = "Xong {hoan_thanh} việc, đạt {ty_le}."
    draft.save()
    report = freeze(office.period, office.area, by=office.reviewer, at=CLOSES)
    client.force_login(office.viewer)
    page = client.get(report.get_absolute_url()).content.decode()
    for paragraph in re.findall(r"<p>(.*?)</p>", page, re.DOTALL):
        told = re.sub(r"<[^>]*>", "", paragraph)
        assert "{" not in told
        assert " ;" not in told
    led = re.findall(r'<p>\s*[^<]*<a\s+href="\?figure=([a-z_.]+)#rows"\s*>(\d+)</a>', page)
    assert led == [("agencies.total", "5"), ("agencies.completed", "2")]
    for key in ("agencies.ongoing", "agencies.overdue", "agencies.on_schedule"):
        rows = client.get(report.get_absolute_url(), {"figure": key}).context["behind"]
        assert [one["row"].id for one in rows] == report.figures["figures"][key]
        assert f'href="?figure={key}#rows"' in page
