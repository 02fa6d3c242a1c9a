"""Nothing there yet: a page that says so and what to do, and never "0%"."""

import re

import pytest

from tests.dashboards.conftest import Place, Settle, Visit
from tests.factories import IndicatorFactory, PlanFactory, ProvinceFactory

BEFORE_ALL = "2020-01-01"


@pytest.fixture
def bare(place: Place, settle: Settle) -> list[tuple[str, str]]:
    """Addresses, and what each says. No task, no target, no reading exists."""
    ProvinceFactory.create(code="01")
    IndicatorFactory.create(code="grdp")
    plan = PlanFactory.create(number="9-KH/TU", area=place.area)
    settle()
    return [
        ("/", "Đến ngày này chưa có nhiệm vụ nào được giao."),
        ("/provinces/01/", "chưa có nhiệm vụ nào"),
        ("/provinces/40/", "chưa có nhiệm vụ nào"),
        ("/targets/", "chưa có văn bản nào giao chỉ tiêu"),
        ("/indicators/grdp/", "Đến ngày này chưa có số liệu nào được công bố."),
        ("/communes/", "Đầu mối tổng hợp giao"),
        (f"/plans/{plan.pk}/", "Văn bản không nêu nhóm nhiệm vụ."),
        ("/late/", "Không có nhiệm vụ quá hạn"),
    ]


def test_an_empty_page_says_so(visit: Visit, bare: list[tuple[str, str]]) -> None:
    silent = []
    for address, said in bare:
        html = visit(address).content.decode()
        text = re.sub(r"\s+", " ", html)
        if said not in text:
            silent.append((address, re.findall(r'class="empty"[^>]*>(.*?)</p>', text)))
        assert not re.search(r">\s*0%\s*<", html), address
    assert silent == []


def test_before_the_first_document_nothing_is_zero_percent(
    visit: Visit, bare: list[tuple[str, str]]
) -> None:
    for address, _said in bare:
        response = visit(address, as_of=BEFORE_ALL)
        html = response.content.decode()
        assert response.status_code == 200, address
        assert "Văn bản đầu tiên ban hành ngày" in html, address
        assert "?as_of=20" in html, address
        assert not re.search(r">\s*0%\s*<", html), address
