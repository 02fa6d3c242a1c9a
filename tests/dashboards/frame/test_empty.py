"""Nothing there yet: a page that says so and what to do, and never "0%"."""

import re

import pytest
from django.urls import resolve

from dashboards.urls import urlpatterns
from tests.dashboards.conftest import Place, Settle, Visit
from tests.factories import IndicatorFactory, PlanFactory, ProvinceFactory, TargetFactory

ROOMS = ("dashboards.pages", "dashboards.work", "dashboards.compare")
OTHERS = {"activity", "export_activity", "missing_form"}
"""A file, and what happened day by day."""
BEFORE_ALL = "2020-01-01"
NO_TASKS = "chưa có nhiệm vụ nào"
ASSIGN = "Đầu mối tổng hợp giao tại mục"
NO_READINGS = "Đến ngày này chưa có số liệu nào được công bố."
WHO_REPORTS = "Số liệu thiếu, chậm cập nhật"


@pytest.fixture
def bare(place: Place, settle: Settle) -> list[tuple[str, list[str]]]:
    """Every page of the committee, and what each says: what is not there, what to do. No task and
    no reading exists, and one target that nothing measures yet."""
    ProvinceFactory.create(code="01")
    IndicatorFactory.create(code="grdp")
    plan = PlanFactory.create(number="9-KH/TU", area=place.area)
    TargetFactory.create(code="9-1", plan=plan)
    settle()
    return [
        ("/", ["Đến ngày này chưa có nhiệm vụ nào được giao.", ASSIGN]),
        ("/provinces/", ["chưa có số liệu"]),
        ("/provinces/01/", [NO_TASKS, ASSIGN, "chưa có văn bản nào giao chỉ tiêu"]),
        ("/provinces/40/", [NO_TASKS, ASSIGN]),
        ("/targets/?area=01", ["chưa có văn bản nào giao chỉ tiêu", "Xem tất cả"]),
        (
            "/targets/9-1/",
            ["Chưa có gì để vẽ", "Chưa có nhiệm vụ nào gắn", NO_READINGS, WHO_REPORTS],
        ),
        ("/indicators/", ["Chưa có số liệu", WHO_REPORTS]),
        ("/indicators/grdp/", [NO_READINGS, WHO_REPORTS]),
        ("/indicators/missing/", ["Chưa có số liệu"]),
        ("/compare/", ["chưa có văn bản nào của trung ương", "Hãy chọn một ngày muộn hơn"]),
        ("/communes/", ["chưa có văn bản nào giao nhiệm vụ cho cấp xã", ASSIGN]),
        ("/plans/", ["9-KH/TU"]),
        (f"/plans/{plan.pk}/", [NO_TASKS, ASSIGN]),
        ("/obstacles/", ["Không có mục nào bạn được xem"]),
        ("/late/", ["Không có nhiệm vụ quá hạn"]),
    ]


def test_an_empty_page_says_so(visit: Visit, bare: list[tuple[str, list[str]]]) -> None:
    silent = []
    for address, said in bare:
        path, _sign, area = address.partition("?area=")
        html = visit(path, **({"area": area} if area else {})).content.decode()
        text = re.sub(r"\s+", " ", html.partition("<main")[2])
        if missing := [words for words in said if words not in text]:
            silent.append((address, missing, re.findall(r'class="empty"[^>]*>(.*?)</p>', text)))
        assert not re.search(r">\s*0%\s*<", html), address
    assert silent == []


def test_no_page_of_the_committee_is_left_out(bare: list[tuple[str, list[str]]]) -> None:
    """Those of its rooms that take a day."""
    opened = {resolve(address.partition("?")[0]).func for address, _said in bare}
    views = {
        one.callback
        for one in urlpatterns
        if one.callback.__module__.startswith(ROOMS) and one.name not in OTHERS
    }
    assert views - opened == set()


def test_before_the_first_document_nothing_is_zero_percent(
    visit: Visit, bare: list[tuple[str, list[str]]]
) -> None:
    for address, _said in bare:
        response = visit(address.partition("?")[0], as_of=BEFORE_ALL)
        html = response.content.decode()
        assert response.status_code == 200, address
        assert "Văn bản đầu tiên ban hành ngày" in html, address
        assert "?as_of=20" in html, address
        assert not re.search(r">\s*0%\s*<", html), address
