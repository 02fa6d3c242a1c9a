"""The asked day: today by default, never the future, never a guess."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from core.calendar import clock
from core.calendar.as_of import read_as_of, read_known_at
from core.errors import Refused


def test_no_day_means_today() -> None:
    assert read_as_of({}) == clock.today()
    assert read_as_of({"as_of": " "}) == clock.today()


def test_a_day_is_read_as_written() -> None:
    assert read_as_of({"as_of": "2025-11-15"}) == date(2025, 11, 15)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2025-13-01",
        "2025-02-30",
        "15/11/2025",
        "20251115",
        "1900-01-01",
        "２０２５-11-15",
        "2025-11-15T00:00",
    ],
)
def test_what_is_no_day_is_refused_by_name(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_as_of({"as_of": text})
    (fault,) = refused.value.faults
    assert (fault.code, fault.pointer) == ("invalid_date", "/as_of")


@pytest.mark.parametrize(("language", "words"), [("vi", "chưa đến"), ("en", "has not come")])
def test_a_day_to_come_is_refused_in_the_readers_language(language: str, words: str) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    with translation.override(language), pytest.raises(Refused) as refused:
        read_as_of({"as_of": tomorrow})
    (fault,) = refused.value.faults
    assert (fault.code, fault.pointer) == ("future_date", "/as_of")
    assert words in str(fault.detail)


def test_known_at_takes_a_moment_or_the_end_of_a_day() -> None:
    moment = read_known_at({"known_at": "2025-11-15"})
    assert moment is not None
    assert moment.isoformat() == "2025-11-15T23:59:59.999999+07:00"
    exact = read_known_at({"known_at": "2025-11-15T08:00"})
    assert exact is not None
    assert exact.isoformat() == "2025-11-15T08:00:00+07:00"
    with pytest.raises(Refused):
        read_known_at({"known_at": "soon"})
