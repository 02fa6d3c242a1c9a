"""The whole country on one page."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from provinces.roles import Role
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit, indicator_of
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    IndicatorFactory,
    ObstacleFactory,
    PlanFactory,
    ProvinceFactory,
    TargetFactory,
    UserFactory,
    member,
    reading,
)

LATE = date(2025, 11, 1)


def _national_target(place: Place, code: str, *values: tuple[str, str], **fields: Any) -> Any:
    """At least 30 by 2030, with readings (period, value)."""
    plan = PlanFactory.create(number="57-NQ/TW", area=place.nation, issuer_vi="Bộ Chính trị")
    target = TargetFactory.create(code=code, plan=plan, **fields)
    for period, value in values:
        reading(indicator_of(target), place.nation, period, value)
    return target


def test_one_sentence_says_how_the_targets_stand(
    place: Place, visit: Visit, settle: Settle
) -> None:
    _national_target(place, "57-1", ("2020", "12.66"), ("2024", "13.17"))
    _national_target(place, "57-2", ("2020", "10"), ("2024", "31"))
    _national_target(place, "57-3")
    settle()
    assert "3 chỉ tiêu: 1 đạt, 1 chậm so với lộ trình; 1 chưa có số liệu." in _text(visit("/"))
    assert "3 targets: 1 achieved, 1 off track; 1 without data." in _text(visit("/", "en"))


def test_the_sentence_counts_in_good_english(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    _national_target(place, "57-1")
    give(LATE)
    settle()
    assert "1 target: 1 without data. 1 task is overdue." in _text(visit("/", "en"))


def test_assignments_of_communes_are_never_added_to_tasks(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    give(LATE)
    commune = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
    give(LATE, agency=commune)
    settle()
    response = visit("/")
    assert "1 nhiệm vụ quá hạn. 1 lượt nhiệm vụ cấp xã quá hạn." in _text(response)
    assert response.context["page"].upcoming.late_total == 1


def test_provinces_with_equal_figures_share_a_rank(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    for code, done in (("01", 2), ("40", 1), ("48", 1), ("66", 0)):
        agency = AgencyFactory.create(area=ProvinceFactory.create(code=code))
        for number in range(2):
            give(agency=agency, done=LATE if number < done else None)
    settle()
    ranked = visit("/provinces/").context["page"].map.ranked
    assert [(s.place.code, s.rank, s.text) for s in ranked] == [
        ("01", 1, "100%"),
        ("40", 2, "50%"),
        ("48", 2, "50%"),
        ("66", 4, "0%"),
    ]


def test_the_lowest_are_named_only_where_every_province_has_a_figure(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    for number in range(1, 6):
        give(agency=AgencyFactory.create(area=ProvinceFactory.create(code=f"0{number}")), done=LATE)
    settle()
    assert "Thấp nhất" not in _text(visit("/"))
    give()
    settle()
    assert "Thấp nhất" in _text(visit("/"))


def test_the_map_shows_both_archipelagos_and_says_how_many_provinces_have_data(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    give(done=LATE)
    ProvinceFactory.create(code="48")
    settle()
    page = _text(visit("/"))
    assert "Quần đảo Hoàng Sa" in page
    assert "Quần đảo Trường Sa" in page
    assert "có số liệu 1/2 tỉnh, thành phố" in page


def test_an_indicator_on_the_map_keeps_its_published_ranks(place: Place, visit: Visit) -> None:
    indicator = IndicatorFactory.create(code="pii", unit_vi="điểm")
    for code, value, rank in (("01", "65.68", 1), ("40", "37.66", 21)):
        area = ProvinceFactory.create(code=code)
        reading(indicator, area, "2024", value, rank=rank, rank_of=34, base=34)
    reading(indicator, ProvinceFactory.create(code="48"), "2024", "40", base=63)
    standings = visit("/", measure="pii").context["page"].map.ranked
    assert [(s.rank, s.text) for s in standings] == [(1, "65,68"), (21, "37,66")]


def test_without_published_ranks_the_values_decide(place: Place, visit: Visit) -> None:
    indicator = IndicatorFactory.create(code="pii", direction="down")
    for code, value in (("01", "7"), ("40", "5"), ("48", "5")):
        reading(indicator, ProvinceFactory.create(code=code), "2024", value, base=34)
    standings = visit("/", measure="pii").context["page"].map.ranked
    assert [(s.rank, s.text) for s in standings] == [(1, "5"), (1, "5"), (3, "7")]


def test_an_unknown_figure_for_the_map_is_refused_by_name(visit: Visit) -> None:
    response = visit("/", measure="gdp")
    assert response.status_code == 400
    assert "measure" in _text(response)


def test_the_longest_overdue_comes_first_with_the_head_named(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    give(LATE, task__title_vi="Số hóa hồ sơ")
    give(date(2025, 10, 1), task__title_vi="Dùng chung dữ liệu")
    settle()
    late = visit("/").context["page"].upcoming.late
    assert [(item.title, item.days) for item in late] == [
        ("Dùng chung dữ liệu", 45),
        ("Số hóa hồ sơ", 14),
    ]
    assert late[0].head == "Nguyễn Thị Hoa"


def test_who_may_not_see_the_tasks_sees_only_their_number(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    give(LATE, task__title_vi="Số hóa hồ sơ")
    settle()
    stranger = member(UserFactory.create(), Role.VIEWER, ProvinceFactory.create(code="01"))
    page = _text(visit("/", by=stranger))
    assert "1 nhiệm vụ quá hạn." in page
    assert "ngoài phạm vi vai trò của bạn" in page
    assert "Số hóa hồ sơ" not in page
    assert "Nguyễn Thị Hoa" not in page


def test_the_page_says_what_changed_since_a_week_ago(
    place: Place, visit: Visit, settle: Settle, give: Give
) -> None:
    target = _national_target(place, "57-1", ("2020", "12.66"), ("2023", "13"))
    reading(indicator_of(target), place.nation, "2024", "31", published_on=date(2025, 11, 12))
    give(done=date(2025, 11, 12))
    settle()
    page = visit("/").context["page"]
    [moved] = page.moved
    assert (moved.verdict_before, moved.verdict) == ("off_track", "achieved")
    assert page.tasks.completed_change == 1


def test_units_are_counted_once_in_each_category_of_obstacles(
    place: Place, visit: Visit, give: Give
) -> None:
    assignment = give()
    ObstacleFactory.create_batch(2, assignment=assignment)
    ObstacleFactory.create(assignment=give(agency=AgencyFactory.create(area=place.area)))
    ObstacleFactory.create(assignment=assignment, resolved_on=DAY)
    [line] = visit("/").context["page"].obstacles
    assert (line.label, line.units, line.obstacles) == ("Nhân lực", 2, 3)


def test_a_blocked_commune_is_named_once_beside_its_province(place: Place, visit: Visit) -> None:
    commune = CommuneFactory.create(parent=place.area)
    ObstacleFactory.create(assignment=None, area=commune)
    by = member(UserFactory.create(), Role.VIEWER, commune)
    [unit] = visit("/obstacles/", by=by).context["units"]
    assert (unit.name, unit.area) == (commune.short_name, place.area.short_name)


def test_a_target_of_a_later_document_is_not_there_yet(
    place: Place, visit: Visit, settle: Settle
) -> None:
    later = PlanFactory.create(number="99-NQ/TW", area=place.nation, issued_on=date(2025, 11, 16))
    TargetFactory.create(plan=later, minimum=Decimal(1))
    settle()
    assert visit("/").context["page"].targets == ()


def _text(response: Any) -> str:
    """Without the links that the numbers are."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))
