"""A target's page: how it stands, and how that was reached."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dashboards.frame.day import Asked
from dashboards.pages import reasoning
from dashboards.pages.target import target_detail
from provinces.roles import Role
from targets.models import Target
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit, indicator_of
from tests.factories import (
    IndicatorFactory,
    PlanFactory,
    ProvinceFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)

ASKED = Asked(DAY, date(2025, 11, 8))


@pytest.fixture
def target(place: Place, settle: Settle) -> Target:
    """The digital economy: 12.66 in 2020, 14.02 in 2025 (estimated, and preliminary before)."""
    plan = PlanFactory.create(number="57-NQ/TW", area=place.nation, issuer_vi="Bộ Chính trị")
    indicator = IndicatorFactory.create(code="digital_economy_gdp")
    made: Target = TargetFactory.create(
        code="57-10",
        plan=plan,
        indicator=indicator,
        unit_vi="% GDP",
        unit_en="% of GDP",
        clause="II.1",
    )
    source: dict[str, Any] = {"source": "Cục Thống kê", "source_url": "https://example.org/so-lieu"}
    reading(indicator, place.nation, "2020", "12.66", **source)
    reading(indicator, place.nation, "2024", "13.9", published_on=date(2025, 1, 6), obs_status="P")
    reading(indicator, place.nation, "2024", "14.02", published_on=date(2025, 6, 1), **source)
    settle()
    return made


def _text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_formula_is_printed_with_the_numbers_put_in(target: Target, place: Place) -> None:
    found = reasoning.of_target(target_detail(place.viewer, "57-10", ASKED))
    a, e, pace = found.steps
    assert (a.filled, a.result) == ("(14,02 − 12,66) ÷ (30 − 12,66)", "0,0784")
    assert "= 1.461 ÷ 3.652 ngày" in e.filled
    assert e.result == "0,4001"
    assert (pace.filled, pace.result) == ("0,0784 ÷ 0,4001", "0,1961")


def test_the_cut_point_that_was_hit_is_the_verdicts(target: Target, place: Place) -> None:
    page = target_detail(place.viewer, "57-10", ASKED)
    [hit] = [cut for cut in reasoning.of_target(page).cut_points if cut.is_hit]
    assert hit.words == "từ 0 đến dưới 0,60"
    assert hit.sign == page.sign


def test_the_second_opinion_stands_beside_the_first(target: Target, visit: Visit) -> None:
    text = _text(visit("/targets/57-10/"))
    assert "Đánh giá thứ hai" in text
    assert "2,58% ÷ 9,01%" in text
    assert "(14,02 ÷ 12,66)^(1 ÷ 4) − 1" in text
    assert "(30 ÷ 12,66)^(1 ÷ 10) − 1" in text


def test_the_page_answers_where_the_target_comes_from(target: Target, visit: Visit) -> None:
    text = _text(visit("/targets/57-10/"))
    assert "tối thiểu 30% GDP" in text
    assert "57-NQ/TW</a>, mục II.1" in text
    assert "at least 30% of GDP" in _text(visit("/targets/57-10/", "en"))


def test_every_vintage_is_shown_with_status_and_source(target: Target, visit: Visit) -> None:
    lines = visit("/targets/57-10/").context["page"].readings
    assert [(line.period, line.value, line.revision, line.status) for line in lines] == [
        ("2024", "14,02%", 2, "Chính thức"),
        ("2024", "13,9%", 1, "Sơ bộ"),
        ("2020", "12,66%", 1, "Chính thức"),
    ]
    assert 'href="https://example.org/so-lieu"' in _text(visit("/targets/57-10/"))


def test_an_earlier_day_knows_the_earlier_vintage_only(target: Target, visit: Visit) -> None:
    page = visit("/targets/57-10/", as_of="2025-03-01").context["page"]
    assert page.reading == "13,9% GDP"
    assert len(page.readings) == 2


def test_tasks_that_serve_it_are_listed_late_ones_first(
    target: Target, visit: Visit, give: Give
) -> None:
    for title, due in (("Trong hạn", date(2025, 12, 31)), ("Chậm", date(2025, 11, 1))):
        give(due, task__title_vi=title).task.targets.add(target)
    serving = visit("/targets/57-10/").context["page"].serving
    assert [(task.title, task.days_late) for task in serving.shown] == [
        ("Chậm", 14),
        ("Trong hạn", 0),
    ]
    assert (serving.total, serving.overdue) == (2, 1)


def test_a_stranger_sees_how_many_tasks_serve_it_and_no_more(
    target: Target, visit: Visit, give: Give
) -> None:
    give(date(2025, 11, 1), task__title_vi="Số hóa").task.targets.add(target)
    stranger = member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="01"))
    serving = visit("/targets/57-10/", by=stranger).context["page"].serving
    assert (serving.total, serving.overdue, serving.shown) == (1, 1, ())


def test_the_reason_is_given_where_nothing_can_be_computed(
    place: Place, visit: Visit, settle: Settle
) -> None:
    target = TargetFactory.create(plan=place.plan, code="305-1")
    reading(indicator_of(target), place.area, "2024", "20")
    settle()
    text = _text(visit("/targets/305-1/"))
    assert "Chưa đủ căn cứ đánh giá" in text
    assert "Mới có một số liệu" in text


def test_an_achieved_target_says_since_when(place: Place, visit: Visit, settle: Settle) -> None:
    target = TargetFactory.create(plan=place.plan, code="305-4")
    for period, value in (("2022", "10"), ("2023", "11")):
        reading(indicator_of(target), place.area, period, value)
    reading(indicator_of(target), place.area, "2024", "31", published_on=date(2025, 10, 1))
    settle()
    since = visit("/targets/305-4/").context["page"].achieved_since
    assert (since.day, since.day_before) == (date(2025, 10, 1), date(2025, 9, 30))
    assert "Đạt từ ngày 01/10/2025; trước đó (30/09/2025): Chậm" in _text(visit("/targets/305-4/"))


def test_a_target_without_tasks_counts_none(target: Target, visit: Visit) -> None:
    assert "0: 0 hoàn thành" not in _text(visit("/targets/57-10/"))


def test_a_qualitative_target_says_who_judged_it_and_why(
    place: Place, visit: Visit, settle: Settle
) -> None:
    target = TargetFactory.create(
        plan=place.plan, code="305-2", comparator="qualitative", indicator=None, minimum=None
    )
    said = {"verdict": "on_track", "reason": "Ba lĩnh vực dẫn đầu", "by": place.viewer}
    target.judgements.create(day=date(2025, 10, 1), **said)
    settle()
    text = _text(visit("/targets/305-2/"))
    assert "Đánh giá định tính" in text
    assert "Ba lĩnh vực dẫn đầu" in text
    assert "Ba lĩnh vực dẫn đầu" not in _text(visit("/targets/305-2/", as_of="2025-09-30"))


def test_a_rank_is_written_as_a_rank(place: Place, visit: Visit, settle: Settle) -> None:
    target = TargetFactory.create(
        plan=place.plan, code="305-3", comparator="rank_top", minimum=None, maximum=Decimal(20)
    )
    for period, rank in (("2020", 30), ("2024", 26)):
        reading(indicator_of(target), place.area, period, None, rank=rank, rank_of=63, base=63)
    settle()
    page = visit("/targets/305-3/").context["page"]
    assert (page.reading, page.verdict) == ("hạng 26/63", "on_track")
    assert page.readings[0].value == "hạng 26/63"


def test_the_list_shows_every_document_with_its_targets(target: Target, visit: Visit) -> None:
    text = _text(visit("/targets/"))
    assert "57-NQ/TW</a>" in text
    assert "14,02% GDP" in text
    assert "Chậm so với lộ trình" in text


def test_a_target_before_its_document_says_so(target: Target, visit: Visit) -> None:
    before = {"as_of": (target.plan.issued_on - timedelta(days=1)).isoformat()}
    for url in ("/targets/57-10/", f"/plans/{target.plan_id}/"):
        page = visit(url, **before)
        assert page.status_code == 200
        assert "Văn bản chưa ban hành" in _text(page)
        assert f'href="?as_of={target.plan.issued_on}"' in _text(page)
    assert visit("/targets/57-99/", **before).status_code == 404
    assert visit("/plans/999999/", **before).status_code == 404


def test_a_verdict_of_people_stands_in_every_list(
    place: Place, visit: Visit, settle: Settle
) -> None:
    plan = PlanFactory.create(number="57-NQ/TW", area=place.nation, issuer_vi="Bộ Chính trị")
    for code, of in (("57-20", plan), ("305-17", place.plan)):
        said = TargetFactory.create(
            code=code, plan=of, area=of.area, comparator="qualitative", indicator=None, minimum=None
        )
        for day, verdict in (("2025-10-01", "on_track"), ("2025-11-10", "at_risk")):
            said.judgements.create(day=day, verdict=verdict, reason="Chậm", by=place.viewer)
    settle()
    for url in ("/", "/provinces/40/", "/targets/", f"/plans/{plan.pk}/"):
        assert "Có nguy cơ không đạt" in _text(visit(url)), url
    assert "Có nguy cơ" not in _text(visit("/targets/", as_of="2025-11-09"))
    assert {line.code for line in visit("/", compare="2025-11-09").context["page"].moved} == {
        "57-20"
    }


def test_the_only_reading_is_no_baseline(place: Place, visit: Visit, settle: Settle) -> None:
    plan = PlanFactory.create(number="57-NQ/TW", area=place.nation, issuer_vi="Bộ Chính trị")
    lone: Target = TargetFactory.create(code="57-30", plan=plan)
    reading(indicator_of(lone), place.nation, "2024", "14.02")
    settle()
    page = _text(visit("/targets/57-30/"))
    assert "chưa có giá trị năm gốc" in page or "không có giá trị năm gốc" in page
    assert "<dt>Giá trị năm gốc</dt>" not in page
    assert "ngày cuối kỳ của giá trị năm gốc" not in page
