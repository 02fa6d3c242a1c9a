"""Plan 02-KH/BCĐTW in the 130 communes of Nghệ An: 16 numbered groups in two phases.

That all communes completed phase 1 is published. Days, deadlines and the whole of phase 2 are
illustrative: drawn from the codes of commune and group, so that every installation shows the same.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.models import User
from core.tables.fixtures import Row, read_table
from provinces.models import Agency, Plan
from tasks.models import Assignment, Evidence, StatusReport, Task
from tasks.states import State
from tasks.status.history import refresh

LAST_DAY = date(2026, 11, 20)
"""The illustrative history ends here."""

_PHASE_1_CONFIRMED_ON = date(2025, 9, 24)
_NOT_BEGUN_FROM = 88
_DELAYS = (
    (
        "objective",
        "Thiếu công chức có chuyên môn công nghệ thông tin sau sắp xếp.",
        "Nhờ sở, ngành cử cán bộ hỗ trợ, tập huấn tại chỗ.",
    ),
    (
        "objective",
        "Đường truyền và máy trạm chưa đáp ứng yêu cầu.",
        "Đề nghị tỉnh bổ sung thiết bị, dùng chung điểm truy cập.",
    ),
    (
        "subjective",
        "Chưa phân công rõ người thực hiện, thiếu kiểm tra.",
        "Giao Phó Chủ tịch phụ trách, kiểm tra hằng tuần.",
    ),
)


@dataclass(frozen=True)
class DemoStep:
    """One status report: day, state, percent, and whether it explains a delay."""

    day: date
    state: State
    percent: int
    delayed: bool = False


def load_commune_work(plan: Plan, committees: list[Agency], reporter: User) -> None:
    """32 tasks, each given to every committee, with their reports (about 8,500)."""
    rows = read_table("demo/commune_groups")
    given = [
        (row, assignment)
        for row, task in zip(rows, _create_tasks(plan, rows), strict=True)
        for assignment in _assign(task, row, committees)
    ]
    Assignment.objects.bulk_create((assignment for _, assignment in given), batch_size=1000)
    StatusReport.objects.bulk_create(
        (
            _report(step, assignment, reporter)
            for row, assignment in given
            for step in history(row, assignment.agency.area.code)
        ),
        batch_size=1000,
    )
    _confirm_phase_1((assignment for row, assignment in given if row["phase"] == "1"), reporter)
    refresh([assignment.pk for _, assignment in given])


def history(row: Row, commune: str) -> list[DemoStep]:
    """What one commune reported of one group, oldest first; empty where it has not begun."""
    return list(_phase_1(row, commune) if row["phase"] == "1" else _phase_2(row, commune))


def _phase_1(row: Row, commune: str) -> Iterator[DemoStep]:
    begun = _working(date(2025, 7, 2) + timedelta(_draw(8, row, commune, "begin")))
    done = date(2025, 7, 21) + timedelta(_draw(60, row, commune, "end"))
    yield DemoStep(begun, State.IN_PROGRESS, 20)
    yield DemoStep(_working(done), State.COMPLETED, 100)


def _phase_2(row: Row, commune: str) -> Iterator[DemoStep]:
    due, begun = date.fromisoformat(row["due_on"]), date(2025, 10, 6)
    begun = _working(begun + timedelta(_draw(35, row, commune, "begin")))
    score = _score(row, commune)
    on_time = int(row["on_time_percent"])
    if score < on_time:
        yield DemoStep(begun, State.IN_PROGRESS, 20)
        yield DemoStep(_between(begun, min(due, LAST_DAY), row, commune), State.COMPLETED, 100)
    elif score < on_time + int(row["late_percent"]):
        yield DemoStep(begun, State.IN_PROGRESS, 20)
        yield _explained(due, 60)
        late = due + timedelta(25 + _draw(60, row, commune, "end"))
        yield DemoStep(_working(late), State.COMPLETED, 100)
    elif due < LAST_DAY:
        begins_late = _draw(4, row, commune, "never") == 0
        if not begins_late:
            yield DemoStep(begun, State.IN_PROGRESS, 20)
        yield _explained(due, 0 if begins_late else 70)
    elif score < _NOT_BEGUN_FROM:
        yield DemoStep(begun, State.IN_PROGRESS, 20)
        yield DemoStep(
            date(2026, 9, 15), State.IN_PROGRESS, 40 + _draw(45, row, commune, "percent")
        )


def _explained(due: date, percent: int) -> DemoStep:
    state = State.IN_PROGRESS if percent else State.NOT_STARTED
    return DemoStep(_working(due + timedelta(20)), state, percent, delayed=True)


def _between(first: date, last: date, row: Row, commune: str) -> date:
    """A working day in the second half of the stretch."""
    half = (last - first).days // 2
    return _working(first + timedelta(half + 1 + _draw(half, row, commune, "end")))


def _score(row: Row, commune: str) -> int:
    """0 to 99, small where work goes well; some communes lean to one side in every group."""
    lean = int.from_bytes(hashlib.sha256(commune.encode()).digest()[:2]) % 17 - 8
    return min(99, max(0, _draw(100, row, commune, "score") + lean))


def _draw(below: int, row: Row, commune: str, what: str) -> int:
    """A number from 0 on, the same on every machine."""
    text = f"{row['phase']}/{row['group']}/{commune}/{what}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % below


def _working(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(max(0, day.weekday() - 4))


def _create_tasks(plan: Plan, rows: Iterable[Row]) -> list[Task]:
    groups = {group.number: group for group in plan.groups.all()}
    phases = {phase.number: phase for phase in plan.phases.all()}
    tasks = [
        Task(
            plan=plan,
            phase=phases[int(row["phase"])],
            group=groups[int(row["group"])],
            number=row["number"],
            title_vi=row["title_vi"],
            title_en=row["title_en"],
            product_vi=row["product_vi"],
            product_en=row["product_en"],
            due_text=row["due_text"],
            due_on=date.fromisoformat(row["due_on"]),
            due_kind=row["due_kind"],
            lead_text="Ủy ban nhân dân các xã, phường",
            provenance=row["provenance"],
        )
        for row in rows
    ]
    for task in tasks:
        task.derive()
    return Task.objects.bulk_create(tasks)


def _assign(task: Task, row: Row, committees: list[Agency]) -> Iterator[Assignment]:
    for agency in committees:
        yield Assignment(
            task=task,
            agency=agency,
            area=agency.area,
            assigned_on=date.fromisoformat(row["assigned_on"]),
            original_due_on=task.due_on,
            due_on=task.due_on,
            responsible_text="Cán bộ phụ trách cấp xã (minh họa)",
        )


def _report(step: DemoStep, assignment: Assignment, reporter: User) -> StatusReport:
    report = StatusReport(
        assignment=assignment,
        state=step.state,
        percent=step.percent,
        effective_on=step.day,
        reported_by_user=reporter,
        recorded_at=timezone.make_aware(datetime.combine(step.day, time(16, 0))),
    )
    if step.state is State.COMPLETED:
        report.result = "Các tiêu chí của nhóm nhiệm vụ đã được xác nhận."
    if step.delayed:
        delay = _DELAYS[int(assignment.agency.area.code) % len(_DELAYS)]
        report.cause_kind, report.cause, report.remedy = delay
        report.expected_on = step.day + timedelta(60)
    return report


def _confirm_phase_1(assignments: Iterable[Assignment], reporter: User) -> None:
    """One document serves all communes."""
    proof = Evidence.objects.create(
        number="MH-160/BC-BCĐ",
        dated=_PHASE_1_CONFIRMED_ON,
        issuer="Ban Chỉ đạo tỉnh",
        subject="Xác nhận 130 xã, phường hoàn thành 16/16 nhóm nhiệm vụ giai đoạn 1",
        added_by=reporter,
        added_at=timezone.make_aware(datetime.combine(_PHASE_1_CONFIRMED_ON, time(8, 0))),
    )
    Evidence.assignments.through.objects.bulk_create(
        (
            Evidence.assignments.through(evidence=proof, assignment=assignment)
            for assignment in assignments
        ),
        batch_size=1000,
    )
