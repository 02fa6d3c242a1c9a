"""User names that are made from a name and a place."""

import pytest

from provinces.accounts.usernames import free, is_good, suggested


@pytest.mark.parametrize(
    ("name", "place", "expected"),
    [
        ("Nguyễn Văn An", "Quỳnh Lưu", "annv.quynhluu"),
        ("Đặng Đức Đạt", "Sở KH&CN", "datdd.sokhcn"),
        ("Lê An", "Trung tâm Phục vụ hành chính công", "anl.ttpvhcc"),
        ("Hoà", "Nghệ An", "hoa.nghean"),
        ("阿", "Nghệ An", "canbo.nghean"),
        ("An", "–", "an"),
    ],
)
def test_a_name_is_read_aloud(name: str, place: str, expected: str) -> None:
    assert suggested(name, place) == expected


def test_a_taken_name_gets_a_number() -> None:
    assert free("annv.vinh", {"annv.vinh", "annv.vinh2"}) == "annv.vinh3"


def test_a_long_name_stays_within_the_column() -> None:
    assert is_good(suggested("Trần " + "x" * 100, "y" * 100))


@pytest.mark.parametrize("name", ["an", "An.vinh", "đạt.vinh", "an vinh", "-an.vinh", "a" * 61, ""])
def test_what_is_hard_to_type_is_no_user_name(name: str) -> None:
    assert not is_good(name)
