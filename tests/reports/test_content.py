"""Further parts of a report: resources, the nation's sum, the page for the chair, two compared."""

import io
import re
from datetime import date, datetime, timedelta
from http import HTTPStatus
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from provinces.roles import Role
from reports.files.blocks import Table, plain_text
from reports.files.parts import blocks_of
from reports.files.summary import summary_of
from reports.files.word import word_summary
from reports.frozen.comparison import between
from reports.frozen.services import freeze
from reports.models import FrozenReport, ReportingPeriod
from reports.periods.calendar import HANOI
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    IndicatorFactory,
    NationFactory,
    PlanFactory,
    ProvinceFactory,
    UserFactory,
    member,
    reading,
)
from tests.reports.conftest import CLOSES, FRIDAY, Office

WEEK = timedelta(days=7)


def _next_week(office: Office) -> ReportingPeriod:
    return ReportingPeriod.objects.create(
        plan=office.plan,
        kind="week",
        first_day=office.period.first_day + WEEK,
        last_day=FRIDAY + WEEK,
        as_of=FRIDAY + WEEK,
        closes_at=CLOSES + WEEK,
    )


def _freeze(office: Office) -> FrozenReport:
    return freeze(office.period, office.area, by=office.reviewer, at=CLOSES)


def test_budget_figures_stand_in_it_as_they_were_known_then(office: Office) -> None:
    budget = IndicatorFactory.create(code="st_budget_share", name_vi="Chi ngân sách cho KHCN")
    before, after = CLOSES - timedelta(days=30), CLOSES + timedelta(hours=1)
    for value, told in (("2.5", before), ("2.75", after)):
        reading(
            budget,
            office.area,
            "2024",
            value,
            published_on=date(2025, 3, 1),
            recorded_at=told,
            source="Sở Tài chính",
        )
    reading(budget, office.area, "2023", "1.5", recorded_at=before)
    with override("vi"):
        text = plain_text(blocks_of(_freeze(office)))
    assert "Nguồn lực" in text
    assert "Chi ngân sách cho KHCN: 2,5% (2024; nguồn: Sở Tài chính)." in text


def test_without_budget_figures_there_is_no_such_part(office: Office) -> None:
    with override("vi"):
        assert "Nguồn lực" not in plain_text(blocks_of(_freeze(office)))


def test_the_nation_adds_frozen_figures_up_and_names_who_is_silent(office: Office) -> None:
    nation, silent = NationFactory.create(), ProvinceFactory.create(code="01")
    resolution = PlanFactory.create(number="57-NQ/TW", issuer_vi="Bộ Chính trị", area=nation)
    office.plan.implements = resolution
    office.plan.save()
    other = ProvinceFactory.create(code="38")
    theirs = PlanFactory.create(number="1-KH/TU", area=other, implements=resolution)
    AssignmentFactory.create(
        task__plan=theirs, agency=AgencyFactory.create(area=other), task__due_on=date(2025, 6, 1)
    )
    given = {"kind": "week", "first_day": office.period.first_day, "last_day": FRIDAY}
    given |= {"as_of": FRIDAY, "closes_at": CLOSES}
    of_other = ReportingPeriod.objects.create(plan=theirs, **given)
    of_nation = ReportingPeriod.objects.create(plan=resolution, **given)
    centre = member(UserFactory.create(), Role.REVIEWER, nation)
    _freeze(office)
    freeze(of_other, other, by=centre, at=CLOSES)
    # What comes after the provinces have frozen never reaches the nation's sum.
    office.report(4, "completed", date(2025, 11, 13), CLOSES + timedelta(minutes=5))
    report = freeze(of_nation, nation, by=centre, at=CLOSES + timedelta(hours=1))
    with override("vi"):
        blocks = blocks_of(report)
        text = plain_text(blocks)
    assert "2 tỉnh, thành phố đã báo cáo: 6 nhiệm vụ, hoàn thành 2, trong hạn 1, quá hạn 2." in text
    assert f"Chưa báo cáo: {silent.name_vi}." in text
    [table] = [one for one in blocks if isinstance(one, Table) and "tỉnh" in one.title]
    shown = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert shown == {
        office.area.name_vi: ["5", "2", "1", "1"],
        other.name_vi: ["1", "0", "0", "1"],
        silent.name_vi: ["–", "–", "–", "–"],
    }


def test_the_page_for_the_chair_is_short_whatever_the_report_holds(office: Office) -> None:
    for n in range(100, 140):
        AssignmentFactory.create(
            task__plan=office.plan,
            task__number=str(n),
            task__title_vi=f"Việc {n} " + "rất dài " * 60,
            task__due_on=date(2025, 6, 30),
            agency=office.tasks[0].agency,
        )
    report = _freeze(office)
    with override("vi"):
        blocks = summary_of(report)
        [late] = [one for one in blocks if isinstance(one, Table)]
        assert late.title == "6 trong 41 nhiệm vụ quá hạn"
        assert len(late.rows) == 6
        assert max(len(cell.text) for row in late.rows for cell in row) < 120
        with ZipFile(io.BytesIO(word_summary(report))) as file:
            document = file.read("word/document.xml").decode()
    assert "TÓM TẮT BÁO CÁO" in document
    assert "Tính đến ngày 14/11/2025, được giao 45 nhiệm vụ" in document


def test_the_page_for_the_chair_says_what_moved(office: Office) -> None:
    _freeze(office)
    at = datetime(2025, 11, 17, 9, tzinfo=HANOI)
    office.report(4, "completed", date(2025, 11, 17), at)
    later = freeze(_next_week(office), office.area, by=office.reviewer, at=CLOSES + WEEK)
    with override("vi"):
        assert "So với báo cáo trước: hoàn thành +1, quá hạn -1." in plain_text(summary_of(later))


def test_two_reports_are_compared_row_by_row(client: Client, office: Office) -> None:
    first = _freeze(office)
    monday = datetime(2025, 11, 17, 9, tzinfo=HANOI)
    office.report(4, "completed", monday.date(), monday)
    office.report(1, "in_progress", monday.date(), monday)
    office.report(5, "cancelled", monday.date(), monday)
    AssignmentFactory.create(
        task__plan=office.plan,
        task__number="9",
        agency=office.tasks[0].agency,
        assigned_on=monday.date(),
    )
    office.tasks[2].due_on = date(2025, 11, 15)
    type(office.tasks[2]).objects.filter(pk=office.tasks[2].pk).update(
        due_on=date(2025, 11, 15), original_due_on=date(2025, 11, 15)
    )
    second = freeze(_next_week(office), office.area, by=office.reviewer, at=CLOSES + WEEK)
    found = between(second, first)
    assert (found.earlier, found.later) == (first, second)
    named = {
        name: [one.row.number for one in getattr(found, name)]
        for name in ("completed", "late", "came", "went", "otherwise")
    }
    assert named == {
        "completed": ["4"],
        "late": ["3"],
        "came": ["9"],
        "went": [],
        "otherwise": ["1", "5"],
    }
    assert len(found) == 5
    client.force_login(office.viewer)
    page = client.get(reverse("compare_reports", args=[second.pk])).content.decode()
    assert "Hoàn thành giữa hai báo cáo (1)" in page
    assert "Trở thành quá hạn giữa hai báo cáo (1)" in page
    assert re.search(r'<td class="number">5</td>\s*<td class="number">6</td>\s*', page)
    same = client.get(reverse("compare_reports", args=[first.pk]), {"with": second.pk})
    assert "Hoàn thành giữa hai báo cáo (1)" in same.content.decode()


def test_one_report_alone_has_nothing_to_be_compared_with(client: Client, office: Office) -> None:
    report = _freeze(office)
    client.force_login(office.viewer)
    page = client.get(reverse("compare_reports", args=[report.pk]))
    assert "Chưa có báo cáo đã chốt nào khác" in page.content.decode()
    other = freeze(office.period, CommuneFactory.create(), by=office.reviewer, at=CLOSES)
    of_another_area = client.get(reverse("compare_reports", args=[report.pk]), {"with": other.pk})
    assert of_another_area.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("fold", ["total", "completed", "on_schedule", "overdue"])
def test_each_frozen_figure_opens_its_rows_as_they_were(
    client: Client, office: Office, fold: str
) -> None:
    report = _freeze(office)
    office.report(4, "completed", date(2025, 11, 13), CLOSES + timedelta(days=3))
    client.force_login(office.viewer)
    page = client.get(report.get_absolute_url(), {"figure": f"agencies.{fold}"})
    behind = {one["row"].id for one in page.context["behind"]}
    assert behind == set(report.figures["figures"][f"agencies.{fold}"])
