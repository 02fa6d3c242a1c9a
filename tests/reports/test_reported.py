"""Who has not reported: named, told apart from "nothing new", and asked as who they are today."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.utils.translation import override

from core.models import User
from provinces.models import Agency
from provinces.roles import Role
from reports.periods.calendar import HANOI
from reports.periods.reported import UnitReported, reminder, reported
from tasks.models import Assignment, StatusReport
from tasks.reminders.contents import reminders
from tasks.reminders.letter import letter
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    StatusReportFactory,
    TaskFactory,
    UserFactory,
    member,
)
from tests.reports.conftest import CLOSES, FRIDAY, Office

WEDNESDAY = datetime(2025, 11, 12, 9, tzinfo=HANOI)


def _tell(row: Assignment, at: datetime, *, unchanged: bool = False) -> StatusReport:
    return StatusReportFactory.create(
        assignment=row,
        state="in_progress",
        effective_on=at.date(),
        recorded_at=at,
        unchanged=unchanged,
    )


@pytest.fixture
def committees(office: Office) -> list[Assignment]:
    """130 communes with a task each; nobody has reported yet."""
    task = TaskFactory.create(plan=office.plan, number="77", due_on=date(2025, 12, 31))
    rows = []
    for n in range(130):
        commune = CommuneFactory.create(code=f"{17000 + n}", parent=office.area)
        agency = AgencyFactory.create(code=f"ubnd-{n}", area=commune, name_vi=f"UBND xã số {n}")
        rows.append(AssignmentFactory.create(task=task, agency=agency, area=commune))
    return rows


def _communes(office: Office) -> dict[str, UnitReported]:
    found = reported(office.period, office.area)
    return {unit.code: unit for unit in found if unit.code.startswith("ubnd-")}


def test_of_130_communes_the_silent_one_is_named(
    office: Office, committees: list[Assignment]
) -> None:
    for row in committees[1:]:
        _tell(row, WEDNESDAY)
    units = _communes(office)
    assert len(units) == 130
    silent = [unit for unit in units.values() if unit.stand == "none"]
    assert [unit.name for unit in silent] == ["UBND xã số 0"]
    with override("vi"):
        text = reminder(office.period, office.area, silent)
    assert text.startswith("1 đơn vị chưa báo cáo 305-KH/TU")
    assert "– UBND xã số 0 (1 nhiệm vụ đang mở)" in text


def test_one_with_nothing_new_is_not_named(office: Office, committees: list[Assignment]) -> None:
    for row in committees[1:]:
        _tell(row, WEDNESDAY)
    _tell(committees[0], WEDNESDAY, unchanged=True)
    units = _communes(office)
    assert units["ubnd-0"].stand == "unchanged"
    assert not [unit for unit in units.values() if unit.stand == "none"]


def test_one_that_was_merged_last_month_is_asked_as_its_successor(
    office: Office, committees: list[Assignment]
) -> None:
    gone, into = committees[0].agency, committees[1].agency
    Agency.objects.filter(pk=gone.pk).update(successor=into, merged_on=date(2025, 10, 15))
    for row in committees[2:]:
        _tell(row, WEDNESDAY)
    units = _communes(office)
    assert "ubnd-0" not in units
    assert (units["ubnd-1"].stand, units["ubnd-1"].open) == ("none", 2)
    _tell(committees[0], WEDNESDAY)  # The work that came from the other unit.
    assert _communes(office)["ubnd-1"].stand == "in_time"


def test_late_is_told_apart_from_none(office: Office, committees: list[Assignment]) -> None:
    after = CLOSES + timedelta(hours=2)
    _tell(committees[0], after)
    _tell(committees[1], CLOSES)
    units = _communes(office)
    assert (units["ubnd-0"].stand, units["ubnd-0"].at) == ("late", after)
    assert units["ubnd-1"].stand == "in_time"
    assert units["ubnd-2"].stand == "none"


def test_it_costs_the_same_for_130_communes(
    office: Office, committees: list[Assignment], django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # A fixture.
        reported(office.period, office.area)


# In the daily reminder


def _texts(user: User, day: date) -> str:
    told = reminders(day).get(user.pk)
    if told is None:
        return ""
    message = letter(user, told, {}, day)
    assert isinstance(message, mail.EmailMultiAlternatives)
    return str(message.body)


@pytest.mark.parametrize(
    ("day", "is_told"),
    [
        (FRIDAY - timedelta(days=1), False),
        (FRIDAY, True),
        (FRIDAY + timedelta(days=3), True),  # The Monday after.
        (FRIDAY + timedelta(days=4), False),
    ],
)
def test_the_digest_names_the_silent_on_the_closing_day_and_the_working_day_after(
    office: Office, committees: list[Assignment], day: date, is_told: bool
) -> None:
    for row in committees[1:]:
        _tell(row, WEDNESDAY)
    text = _texts(office.reviewer, day)
    assert ("UBND xã số 0" in text) is is_told
    assert "UBND xã số 1\n" not in text
    if is_told:
        assert "chốt lúc 16:00 14/11/2025" in text
        assert f"/reports/periods/{office.period.pk}/40/" in text


def test_the_digest_tells_a_silent_unit_and_nobody_elses(
    office: Office, committees: list[Assignment]
) -> None:
    silent = member(UserFactory.create(), Role.OFFICER, committees[0].agency)
    spoke = member(UserFactory.create(), Role.OFFICER, committees[1].agency)
    for row in committees[1:]:
        _tell(row, WEDNESDAY)
    assert "UBND xã số 0" in _texts(silent, FRIDAY)
    assert "UBND xã số" not in _texts(spoke, FRIDAY)
    assert "UBND xã số" not in _texts(office.stranger, FRIDAY)
