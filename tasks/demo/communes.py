"""Plan 02-KH/BCĐTW in the 130 communes of Nghệ An: 16 numbered groups in two phases.

That all communes completed phase 1 is published. Days, deadlines and the whole of phase 2 are
illustrative. They are drawn from the codes of commune and group, so that every installation shows
the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.models import User
from core.tables.fixtures import Row, read_table
from provinces.models import Agency, Plan
from tasks.demo.work import task_from
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
    groups = {group.number: group for group in plan.groups.all()}
    phases = {phase.number: phase for phase in plan.phases.all()}
    rows = read_table("demo/commune_groups")
    tasks = [
        task_from(
            row,
            plan,
            groups[int(row["group"])],
            phase=phases[int(row["phase"])],
            lead_text="Ủy ban nhân dân các xã, phường",
        )
        for row in rows
    ]
    Task.objects.bulk_create(tasks)
    given = [
        (
            row,
            Assignment(
                task=task,
                agency=agency,
                area=agency.area,
                assigned_on=date.fromisoformat(row["assigned_on"]),
                original_due_on=task.due_on,
                due_on=task.due_on,
                responsible_text="Cán bộ phụ trách cấp xã (minh họa)",
            ),
        )
        for row, task in zip(rows, tasks, strict=True)
        for agency in committees
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
    # One document confirms phase 1 of all communes.
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
            for row, assignment in given
            if row["phase"] == "1"
        ),
        batch_size=1000,
    )
    refresh([assignment.pk for _, assignment in given])


def history(row: Row, commune: str) -> list[DemoStep]:
    """What one commune reported of one group, oldest first; empty where it has not begun."""
    if row["phase"] == "1":
        begun = _working(date(2025, 7, 2) + timedelta(_draw(8, row, commune, "begin")))
        done = _working(date(2025, 7, 21) + timedelta(_draw(60, row, commune, "end")))
        return [DemoStep(begun, State.IN_PROGRESS, 20), DemoStep(done, State.COMPLETED, 100)]

    due = date.fromisoformat(row["due_on"])
    begun = _working(date(2025, 10, 6) + timedelta(_draw(35, row, commune, "begin")))
    begin = DemoStep(begun, State.IN_PROGRESS, 20)
    # 0 to 99, small where work goes well. Each commune tends to one side in all its groups.
    lean = int.from_bytes(hashlib.sha256(commune.encode()).digest()[:2]) % 17 - 8
    score = min(99, max(0, _draw(100, row, commune, "score") + lean))
    on_time = int(row["on_time_percent"])
    if score < on_time:
        # In the second half of the time there is.
        half = (min(due, LAST_DAY) - begun).days // 2
        done = begun + timedelta(half + 1 + _draw(half, row, commune, "end"))
        return [begin, DemoStep(_working(done), State.COMPLETED, 100)]
    if score < on_time + int(row["late_percent"]):
        done = due + timedelta(25 + _draw(60, row, commune, "end"))
        return [begin, _explained(due, 60), DemoStep(_working(done), State.COMPLETED, 100)]
    if due < LAST_DAY:
        begins_late = _draw(4, row, commune, "never") == 0
        return [_explained(due, 0)] if begins_late else [begin, _explained(due, 70)]
    if score < _NOT_BEGUN_FROM:
        percent = 40 + _draw(45, row, commune, "percent")
        return [begin, DemoStep(date(2026, 9, 15), State.IN_PROGRESS, percent)]
    return []


def _explained(due: date, percent: int) -> DemoStep:
    state = State.IN_PROGRESS if percent else State.NOT_STARTED
    return DemoStep(_working(due + timedelta(20)), state, percent, delayed=True)


def _draw(below: int, row: Row, commune: str, what: str) -> int:
    """A number from 0 to ``below`` - 1, the same on every machine."""
    text = f"{row['phase']}/{row['group']}/{commune}/{what}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % below


def _working(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(max(0, day.weekday() - 4))


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
