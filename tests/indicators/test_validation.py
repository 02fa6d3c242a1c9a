"""What one sent reading means, and every way of getting it wrong."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.utils import translation
from msgspec.structs import astuple

from core.errors import Refused
from core.text.numbers import SentNumber
from indicators.models import Indicator
from indicators.recording.rules import Catalogue
from indicators.recording.validation import (
    FIELDS,
    DocumentReader,
    Faults,
    ReadingDraft,
    read_reading,
)
from provinces.models import Area

TODAY = date(2026, 11, 21)
MERGED = date(2025, 7, 1)

SHARE = Indicator(
    code="share",
    unit_vi="tỷ USD",
    unit_en="billion USD",
    min_value=Decimal(0),
    max_value=Decimal(100),
    other_periods=("quarter",),
)
RANK = Indicator(code="place", kind="rank")
NATION = Area(code="VN", official_code="VN", level="nation", short_name_vi="Việt Nam")
NGHE_AN = Area(code="40", official_code="40", level="province", short_name_vi="Nghệ An")
LAO_CAI = Area(
    code="15", official_code="15", level="province", merged_on=MERGED, short_name_vi="Lào Cai"
)
YEN_BAI = Area(
    code="63-yen-bai",
    official_code="15",
    level="province",
    is_active=False,
    short_name_vi="Yên Bái",
)
CATALOGUE = Catalogue(
    {item.code: item for item in (SHARE, RANK)},
    {item.code: item for item in (NATION, NGHE_AN, LAO_CAI, YEN_BAI)},
    {"15": YEN_BAI},
)
GOOD: dict[str, object] = {"indicator": "share", "area": "VN", "period": "2025", "value": "14.02"}


def read(**changes: object) -> ReadingDraft:
    return read_reading({**GOOD, **changes}, CATALOGUE, TODAY)


def faults(**changes: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        read(**changes)
    return [(fault.code, fault.pointer) for fault in caught.value.faults]


def test_a_figure_is_read_as_it_was_sent() -> None:
    draft = read(value="14.020", obs_status="E", published_on="2026-01-06", source=" Cục Thống kê ")
    assert (draft.value, draft.value_text) == (Decimal("14.02"), "14.020")
    assert (draft.indicator, draft.area, draft.period.text) == (SHARE, NATION, "2025")
    assert (draft.obs_status, draft.published_on) == ("E", date(2026, 1, 6))
    assert draft.source == "Cục Thống kê"


def test_a_json_number_is_as_good_as_text() -> None:
    assert read(value=SentNumber("14.10")).value_text == "14.10"


def test_without_a_day_of_publication_it_is_today() -> None:
    assert read().published_on == TODAY


def test_null_means_not_sent() -> None:
    draft = read(base=None, rank=None, note=None, published_on=None, obs_status=None)
    assert (draft.base, draft.rank, draft.note, draft.obs_status) == (0, None, "", "A")


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"indicator": "shares"}, "unknown_indicator", "/indicator"),
        ({"indicator": "SHARE"}, "unknown_indicator", "/indicator"),
        ({"indicator": None}, "required", "/indicator"),
        ({"indicator": SentNumber("5")}, "invalid_text", "/indicator"),
        ({"area": "99"}, "unknown_area", "/area"),
        ({"area": ""}, "required", "/area"),
        ({"area": ["40"]}, "invalid_text", "/area"),
        ({"period": "25"}, "invalid_period", "/period"),
        ({"period": "2025-13"}, "invalid_period", "/period"),
        ({"period": "2025/2024"}, "invalid_period", "/period"),
        ({"period": "2025/2025"}, "invalid_period", "/period"),
        ({"period": "1066"}, "invalid_period", "/period"),
        ({"period": "2" * 41}, "too_long", "/period"),
        ({"period": "2027"}, "future_period", "/period"),
        ({"value": "1,5"}, "invalid_value", "/value"),
        ({"value": "1e3"}, "invalid_value", "/value"),
        ({"value": SentNumber("1e400")}, "invalid_value", "/value"),
        ({"value": SentNumber("NaN")}, "invalid_value", "/value"),
        ({"value": SentNumber("-Infinity")}, "invalid_value", "/value"),
        ({"value": True}, "invalid_value", "/value"),
        ({"value": 14.02}, "invalid_value", "/value"),
        ({"value": {}}, "invalid_value", "/value"),
        ({"value": ""}, "invalid_value", "/value"),
        ({"value": "1" * 41}, "invalid_value", "/value"),
        ({"value": "１４"}, "invalid_value", "/value"),
        ({"value": None}, "required", "/value"),
        ({"value": "100.01"}, "out_of_range", "/value"),
        ({"value": "-0.01"}, "out_of_range", "/value"),
        ({"value_qualifier": "≤"}, "invalid_value", "/value_qualifier"),
        ({"obs_status": "X"}, "unknown_status", "/obs_status"),
        ({"published_on": "2026-11-22"}, "future_publication", "/published_on"),
        ({"published_on": "15/11/2025"}, "invalid_date", "/published_on"),
        ({"published_on": "2025-02-30"}, "invalid_date", "/published_on"),
        ({"unit": "%"}, "unit_mismatch", "/unit"),
        ({"base": SentNumber("64")}, "invalid_value", "/base"),
        ({"base": True}, "invalid_value", "/base"),
        ({"rank": SentNumber("1.5")}, "invalid_value", "/rank"),
        ({"rank": SentNumber("0")}, "invalid_value", "/rank"),
        ({"rank": 9, "rank_of": 8}, "invalid_value", "/rank"),
        ({"area": "40", "base": 34, "rank": 9, "rank_of": 63}, "invalid_value", "/rank_of"),
        ({"area": "40", "base": 34, "rank": 35}, "invalid_value", "/rank"),
        ({"indicator": "place"}, "required", "/rank"),
        ({"obs_status": "O", "note": "x"}, "invalid_value", "/value"),
        ({"obs_status": "O", "value": None}, "required", "/note"),
        ({"source": "x" * 301}, "too_long", "/source"),
        ({"source_url": "javascript:alert(1)"}, "invalid_address", "/source_url"),
        ({"valeu": "14"}, "unknown_field", "/valeu"),
        ({"a/b~": "14"}, "unknown_field", "/a~1b~0"),
        ({"area": "15"}, "ambiguous_area", "/area"),
        ({"area": "63-yen-bai", "base": 34}, "ambiguous_area", "/base"),
    ],
)
def test_a_fault_is_named_with_its_field_in_both_languages(
    changes: dict[str, object], code: str, pointer: str
) -> None:
    assert faults(**changes) == [(code, pointer)]
    details = []
    for language in ("vi", "en"):
        with translation.override(language), pytest.raises(Refused) as caught:
            read(**changes)
        details.append(str(caught.value.faults[0].detail))
    assert details[0] != details[1]


def test_all_faults_are_named_at_once() -> None:
    found = faults(indicator="x", area="y", period="z", value="1,5", unit="%", base=3, extra=1)
    assert found == [
        ("unknown_field", "/extra"),
        ("unknown_indicator", "/indicator"),
        ("invalid_period", "/period"),
        ("invalid_value", "/base"),
        ("unknown_area", "/area"),
        ("invalid_value", "/value"),
    ]


@pytest.mark.parametrize("document", [None, [], "text", SentNumber("5")])
def test_anything_but_an_object_is_refused(document: object) -> None:
    with pytest.raises(Refused) as caught:
        read_reading(document, CATALOGUE, TODAY, "/readings/17")
    assert [(f.code, f.pointer) for f in caught.value.faults] == [
        ("invalid_document", "/readings/17")
    ]


SOUND = [
    {**GOOD, "obs_status": "A"},
    {**GOOD, "value": None, "obs_status": "O", "note": "x"},
    {**GOOD, "indicator": "place", "value": None, "rank": 1},
    {**GOOD, "area": "15", "base": 34, "published_on": "2025-06-01"},
]
VALUES: dict[str, list[object]] = {
    "indicator": ["share", "place", "x"],
    "area": ["VN", "40", "15", "63-yen-bai", SentNumber("40"), "y"],
    "period": ["2025", "2020", "2099", SentNumber("2025"), "z"],
    "value": ["1", "99.50", SentNumber("2.0"), 3, "101", "-0", "-1", "1,5", None],
    "base": [34, 63, "34", SentNumber("34"), None],
    "rank": [1, 35, "1", None],
    "rank_of": [34, 63],
    "unit": ["tỷ USD", "người"],
    "value_qualifier": ["", "<", "?"],
    "obs_status": ["A", "F", "O", "?"],
    "published_on": ["2025-06-01", "2099-01-01", ""],
    "note": ["x", "", SentNumber("x"), ["x"]],
    "note_": ["x"],
}
CHANGES = [{name: value} for name, values in VALUES.items() for value in values]


@pytest.mark.parametrize("sound", SOUND)
def test_a_row_is_read_among_others_as_it_is_alone(sound: dict[str, object]) -> None:
    for one, other in product(CHANGES, repeat=2):
        first = {**sound, **one}
        for rows in ([sound, first, {**first, **other}, first], [first, {**first, **other}]):
            among = DocumentReader(CATALOGUE, TODAY).read(rows)
            assert [_meant(row) for row in among] == [_meant(row) for row in _alone(rows)], rows


def test_what_is_no_object_is_refused_among_others() -> None:
    rows: list[object] = [GOOD, None, [GOOD], GOOD, {}, {**GOOD, "area": ["40"]}]
    among = DocumentReader(CATALOGUE, TODAY).read(rows)
    assert [_meant(row) for row in among] == [_meant(row) for row in _alone(rows)]


def _alone(rows: Sequence[object]) -> Iterator[ReadingDraft | Faults]:
    for index, row in enumerate(rows):
        try:
            yield read_reading(row, CATALOGUE, TODAY, f"/{index}")
        except Refused as refusal:
            yield refusal.faults


def _meant(outcome: ReadingDraft | Faults) -> object:
    if not isinstance(outcome, ReadingDraft):
        return outcome
    return [(type(field), str(field)) for field in astuple(outcome)]


def test_pointers_of_one_among_many_say_which() -> None:
    with pytest.raises(Refused) as caught:
        read_reading({**GOOD, "value": "x"}, CATALOGUE, TODAY, "/readings/17")
    assert caught.value.faults[0].pointer == "/readings/17/value"


def test_a_forecast_may_speak_of_a_period_to_come() -> None:
    assert read(period="2030", obs_status="F").period.text == "2030"


def test_a_figure_is_withdrawn_by_null_with_a_reason() -> None:
    draft = read(value=None, obs_status="O", note="Công bố nhầm")
    assert (draft.value, draft.value_text, draft.obs_status) == (None, "", "O")


def test_the_unit_may_be_sent_in_either_language() -> None:
    assert read(unit="Tỷ USD").value == read(unit="billion USD").value


def test_a_rank_is_taken_with_and_without_a_score() -> None:
    draft = read(indicator="place", rank=SentNumber("71"), rank_of=193, value="0.77")
    assert (draft.rank, draft.rank_of, draft.value) == (71, 193, Decimal("0.77"))
    assert read(indicator="place", rank=71, value=None).value is None


# Old and new provinces -----------------------------------------------------------------------


def test_a_figure_of_63_provinces_goes_to_the_unit_that_had_the_code() -> None:
    draft = read(area="15", period="2024", base=63)
    assert (draft.area, draft.base) == (YEN_BAI, 63)


def test_a_figure_of_34_provinces_stays_with_the_province_of_today() -> None:
    draft = read(area="15", period="2024", base=34)
    assert (draft.area, draft.base) == (LAO_CAI, 34)


def test_since_the_merger_no_base_is_needed() -> None:
    draft = read(area="15", period="2025-Q3")
    assert (draft.area, draft.base) == (LAO_CAI, 0)


def test_the_own_code_of_a_former_unit_says_enough() -> None:
    draft = read(area="63-yen-bai", period="2024")
    assert (draft.area, draft.base) == (YEN_BAI, 63)


def test_a_province_that_kept_its_borders_takes_any_base() -> None:
    assert [read(area="40", period="2024", base=b).base for b in (None, 63, 34)] == [0, 63, 34]
    assert read(area="40", period="2024", base=63).area == NGHE_AN


def test_the_fields_are_those_of_the_contract() -> None:
    assert set(GOOD) < set(FIELDS)
