"""A name of an area is taken where it is sure, and asked about where it is not: with the areas of
the country as they are shipped."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from core.tables.fixtures import Row, read_table
from indicators.files.services import work_off
from indicators.models import ImportJob, Indicator, Reading
from provinces.area_names import AreaNames, load_names
from provinces.reference import load_areas
from tests.factories import IndicatorFactory, UserFactory
from tests.indicators.test_any_layout import NAME, answer, book, figures, look, notes
from tests.indicators.test_imports import FOREVER

COMMUNES = ("10846", "10816", "26824", "02647", "04795", "11533", "17329", "28436")
HEADER = ["Chỉ tiêu", "Địa phương", "Năm", "Giá trị"]


@pytest.fixture
def areas(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nation, all provinces of today and before, and the communes of ``COMMUNES``."""

    def few(name: str) -> list[Row]:
        rows = read_table(name)
        return [row for row in rows if "communes" not in name or row["code"] in COMMUNES]

    monkeypatch.setattr("provinces.reference.read_table", few)
    load_areas()


@pytest.fixture
def sender(areas: None, client: Client) -> Client:
    Indicator.objects.all().delete()
    levels = ["nation", "province", "commune"]
    IndicatorFactory.create(code="pii", name_vi=NAME, unit_vi="điểm", levels=levels)
    client.force_login(UserFactory.create(is_superuser=True))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    return client


@pytest.fixture
def names(areas: None) -> AreaNames:
    return load_names()


def sent(client: Client, *areas: str, year: int = 2024, head: str = "Địa phương") -> ImportJob:
    rows: list[list[Any]] = [[NAME, area, year, 40 + at] for at, area in enumerate(areas)]
    return look(client, book(["Chỉ tiêu", head, "Năm", "Giá trị"], *rows))


def areas_of(client: Client, job: ImportJob) -> list[str]:
    client.post(f"/imports/{job.pk}/apply/")
    work_off(FOREVER)
    return list(Reading.objects.order_by("value").values_list("area__code", flat=True))


SPELLINGS = {
    "TP.HCM": "79",
    "TP. Hồ Chí Minh": "79",
    "TPHCM": "79",
    "Tp HCM": "79",
    "HCM": "79",
    "hồ chí minh": "79",
    "Ho Chi Minh City": "79",
    "BR-VT": "63-ba-ria-vung-tau",
    "BRVT": "63-ba-ria-vung-tau",
    "Tỉnh BR - VT": "63-ba-ria-vung-tau",
    "Bà Rịa – Vũng Tàu": "63-ba-ria-vung-tau",
    "TTH": "46",
    "TT-Huế": "46",
    "TT. Huế": "46",
    "Thừa Thiên-Huế": "46",
    "Tỉnh Thừa Thiên Huế": "46",
    "Đắc Lắc": "66",
    "Đăk Lăk": "66",
    "Daklak": "66",
    "DAK LAK": "66",
    "Bắc Cạn": "63-bac-kan",
    "T. Nghệ An": "40",
    "UBND tỉnh Nghệ An": "40",
    "Ủy ban nhân dân tỉnh Nghệ An": "40",
    "NgheAn": "40",
    "Nghe An Province": "40",
    "Hanoi": "01",
    "HN": "01",
    "Q. Ngãi": "51",
    "Đắc Nông": "63-dak-nong",
    "Kontum": "63-kon-tum",
    "Hoà Bình province": "63-hoa-binh",
}


def test_provinces_are_known_by_the_spellings_that_offices_use(names: AreaNames) -> None:
    found = {text: names.find(text, "province") for text in SPELLINGS}
    assert found == SPELLINGS


def test_every_name_of_every_province_means_it_or_is_asked_about(names: AreaNames) -> None:
    shared = set()
    for table, is_old in (("areas", False), ("old_provinces", True)):
        for row in read_table(f"reference/{table}"):
            for text in (row["name_vi"], row["short_name_vi"], row["name_en"], row["aliases"]):
                for name in filter(None, text.split("|")):
                    found = names.find(name, "province", is_old=is_old)
                    if "(trước" in name:
                        assert not found
                    elif not found:
                        shared.add(name)
                    else:
                        assert found == row["code"], name
    assert shared == {"ĐN", "H. Giang"}


@pytest.mark.parametrize(
    "text",
    ["Hà Tây", "Tỉnh Hà Tây", "Hà Bắc", "TP. Thủ Đức", "TP Thanh Hóa", "Lào Cai", "Hòa Bình"],
)
def test_a_name_that_may_be_another_place_is_none_for_sure(names: AreaNames, text: str) -> None:
    assert not names.find(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Xã Hà Tây", "10846"), ("Phường Lào Cai", "02647"), ("Tỉnh Lào Cai", "15"), ("10846",) * 2],
)
def test_a_name_with_its_kind_is_sure(names: AreaNames, text: str, code: str) -> None:
    assert names.find(text) == code


@pytest.mark.parametrize("others", [[], ["Nghệ An"], ["Nghệ An", "01"]])
@pytest.mark.parametrize("head", ["Địa phương", "Tỉnh, thành phố", "area"])
def test_a_province_of_the_past_is_never_taken_for_a_commune(
    sender: Client, head: str, others: list[str]
) -> None:
    job = sent(sender, "Hà Tây", *others, head=head)
    assert job.state == "asking"
    page = sender.get(f"/imports/{job.pk}/columns/").content.decode()
    assert "Xã Hà Tây – Hải Phòng (10846)" in page
    assert "Tỉnh Hà Tây (trước 01/8/2008) → Thành phố Hà Nội (01)" in page
    level = {"level": "province"} if "level" in job.found["questions"] else {}
    done = answer(sender, job, **level)
    assert done.rejected == 1
    assert "10846" not in areas_of(sender, done)


def test_a_name_is_what_its_sender_says(sender: Client) -> None:
    job = sent(sender, "Hà Tây", "Nghệ An")
    assert job.found["questions"] == ["names"]
    refused = sender.post(f"/imports/{job.pk}/columns/", {"name-0": "Hà Tây"})
    assert "Có thể là nhiều nơi" in refused.content.decode()
    assert areas_of(sender, answer(sender, job, **{"name-0": "Xã Hà Tây"})) == ["10846", "40"]


def test_a_name_of_both_is_a_province_among_provinces(sender: Client) -> None:
    job = sent(sender, "Nghệ An", "Lào Cai", year=2026)
    assert areas_of(sender, job) == ["40", "15"]


def test_communes_by_their_names_alone_are_taken_among_communes(sender: Client) -> None:
    job = sent(sender, "Hà Tây", "Anh Sơn", head="Xã, phường")
    assert job.found["shape"]["level"] == "commune"
    assert areas_of(sender, job) == ["10846", "17329"]


def test_marks_tell_names_apart_where_they_are_written(names: AreaNames) -> None:
    assert [names.find(text) for text in ("Thanh Hóa", "Thanh Hoá", "Thanh Hòa")] == [
        "38",
        "38",
        "28436",
    ]
    assert not names.find("Thanh Hoa")


@pytest.mark.parametrize(
    ("level", "found"), [("province", ["40", "15"]), ("commune", ["40", "02647", "17329"])]
)
def test_provinces_among_communes_are_asked_about_once(
    sender: Client, level: str, found: list[str]
) -> None:
    job = sent(sender, "Nghệ An", "Lào Cai", "Anh Sơn", year=2026)
    assert job.found["questions"] == ["level", "names"]
    assert areas_of(sender, answer(sender, job, level=level)) == found


@pytest.mark.parametrize("name", ["TP Thủ Đức", "Thành phố Thanh Hóa", "Huyện Nghi Lộc"])
def test_a_unit_that_is_no_more_is_asked_about(sender: Client, name: str) -> None:
    assert sent(sender, name).found["questions"] == ["names"]


@pytest.mark.parametrize(("base", "area"), [("34", "79"), ("63", "63-ho-chi-minh")])
def test_how_many_provinces_there_were_is_asked_once(sender: Client, base: str, area: str) -> None:
    rows = ([1, NAME, "Nghệ An", 2025, "41,2"], [2, NAME, "TP. Hồ Chí Minh", 2025, "59,33"])
    head = ["STT", "Chỉ tiêu", "Tỉnh, thành phố", "Năm", "Giá trị"]
    job = look(sender, book(head, *rows))
    assert job.found["questions"] == ["base"]
    page = sender.get(f"/imports/{job.pk}/columns/").content.decode()
    assert "Thành phố Hồ Chí Minh (2025)" in page
    assert sender.post(f"/imports/{job.pk}/columns/", {"all-base": ""}).status_code == 422
    done = answer(sender, job, **{"all-base": base})
    assert figures(sender, done) == {("pii", "40", "2025", "41.2"), ("pii", area, "2025", "59.33")}
    assert "STT" in notes(sender, done)


@pytest.mark.parametrize("way", ["long", "wide"])
def test_a_name_of_the_63_is_never_the_province_that_has_its_code_today(
    sender: Client, way: str
) -> None:
    """15 was Yên Bái and is Lào Cai; 80 was Long An and is Tây Ninh."""
    data = book(HEADER, [NAME, "Lào Cai", 2024, 1], [NAME, "Tây Ninh", 2024, 2])
    if way == "wide":
        data = book(["Chỉ tiêu", "Năm", "Lào Cai", "Tây Ninh"], [NAME, 2024, 1, 2])
    job = look(sender, data)
    given = {"level": "province"} if "level" in job.found["questions"] else {}
    done = answer(sender, job, **{"all-base": "63"}, **given)
    assert areas_of(sender, done) == ["63-lao-cai", "63-tay-ninh"]


def test_what_was_said_of_the_63_does_not_hold_for_later_years(sender: Client) -> None:
    data = book(["Địa phương", "2024", "2026"], ["Hưng Yên", 1, 2])
    job = look(sender, data)
    assert "base" in job.found["questions"]
    done = answer(sender, job, **{"all-base": "63", "all-indicator": "pii"})
    assert areas_of(sender, done) == ["63-hung-yen", "33"]


@pytest.mark.parametrize("name", ["Bắc Giang", "Tỉnh Kon Tum", "BR-VT", "63-ha-giang"])
@pytest.mark.parametrize("base", ["", "34", "63"])
@pytest.mark.parametrize("way", ["long", "wide"])
def test_a_former_province_has_no_figures_of_2026(
    sender: Client, way: str, base: str, name: str
) -> None:
    """Whatever was said of the base, it is refused by its name; figures of 2024 are taken."""
    data = book(HEADER, [NAME, name, 2024, 1], [NAME, name, 2026, 2])
    if way == "wide":
        data = book(["Chỉ tiêu", "Địa phương", "2024", "2026"], [NAME, name, 1, 2])
    job = look(sender, data)
    done = answer(sender, job, **{"all-base": base}) if base or job.state == "asking" else job
    lines = {line.period: line for line in sender.get(f"/imports/{done.pk}/").context["page"]}
    assert lines["2026"].result == "refused"
    assert "34 tỉnh" in lines["2026"].reason
    assert (lines["2024"].result == "created") == (base != "34")


def test_provinces_of_the_past_went_where_they_were_divided(names: AreaNames) -> None:
    went = {"Sông Bé": ["75", "79"], "Thuận Hải": ["56", "68"], "Vũng Tàu - Côn Đảo": ["79"]}
    assert {name: sorted(told[-3:-1] for told in names.offers(name)) for name in went} == went
