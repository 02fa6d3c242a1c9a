"""Alphabetical order and search as a Vietnamese reader expects them."""

import unicodedata

import pytest

from core.text.vietnamese import fold, sort_key


def test_letters_come_in_the_order_of_the_alphabet() -> None:
    names = [
        "An Giang",
        "Ăn",
        "Âu",
        "Cà Mau",
        "Dung",
        "Đà Nẵng",
        "Đắk Lắk",
        "Hà Nội",
        "Lai Châu",
        "Lạng Sơn",
        "Lào Cai",
        "Lâm Đồng",
    ]
    backwards = names[::-1]
    assert sorted(backwards, key=sort_key) == names


def test_tones_decide_only_between_equal_letters() -> None:
    assert sorted(["mạ", "mã", "má", "mả", "mà", "ma", "ma ni"], key=sort_key) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
        "ma ni",
    ]


def test_numbers_come_by_value() -> None:
    assert sorted(["Nhóm 10", "Nhóm 2", "Nhóm"], key=sort_key) == ["Nhóm", "Nhóm 2", "Nhóm 10"]


def test_the_key_is_digits_because_every_collation_agrees_on_those() -> None:
    assert sort_key("Quần đảo Hoàng Sa (thành phố Đà Nẵng)").isdigit()


@pytest.mark.parametrize(
    "written",
    ["Hoà Bình", "Hòa Bình", "HÒA  BÌNH", "hoa binh", unicodedata.normalize("NFD", "Hòa Bình")],
)
def test_old_and_new_tone_marks_and_both_normal_forms_are_found(written: str) -> None:
    assert fold(written) == "hoa binh"


def test_d_with_stroke_is_found_as_d() -> None:
    assert fold("Đắk Lắk – ĐỒNG") == "dak lak – dong"


def test_a_nul_is_searched_for_as_a_space() -> None:
    assert fold("Nghệ\0An") == "nghe an"
