"""The other 33 provinces: a made-up plan each, which implements Resolution 57-NQ/TW, and commune
work under Plan 02-KH/BCĐTW.

Nothing of it is published, and all of it says so. It is drawn from the codes of province and task,
so that every installation shows the same. Titles are those of Nghệ An's illustrative tasks.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.models import User
from core.tables.fixtures import Row, read_table
from provinces.models import Agency, Area, Plan, PlanGroup
from targets.models import Target
from tasks.demo.communes import LAST_DAY, DemoStep
from tasks.demo.people import load_commune_committees, nobody
from tasks.demo.work import task_from
from tasks.models import Assignment, StatusReport, Task
from tasks.models.assignment import OPEN_STATES
from tasks.states import State
from tasks.status.history import keep_spans

NUMBER = "MH-{}-KH/TU"
"""Of the plan of a province, by its code; MH stands for "minh họa"."""
FEWEST, MOST = 20, 40
_ISSUED_ON = date(2025, 3, 10)
_FIRST_DUE = "2025-05-31"
"""Everything has begun by then."""
_COMMUNE_GROUPS = ("1", "7")
"""Groups of phase 2 that all communes of the country have; Nghệ An has all 16."""
_BODIES = (
    ("vptu", "Văn phòng Tỉnh ủy", "Office of the Party Committee", "Chánh Văn phòng", "Chief"),
    ("vpubnd", "Văn phòng UBND", "Office of the People's Committee", "Chánh Văn phòng", "Chief"),
    ("skhcn", "Sở KH&CN", "Science and Technology", "Giám đốc Sở", "Director"),
    ("stc", "Sở Tài chính", "Finance", "Giám đốc Sở", "Director"),
    ("snv", "Sở Nội vụ", "Home Affairs", "Giám đốc Sở", "Director"),
    ("snnmt", "Sở NN&MT", "Agriculture and Environment", "Giám đốc Sở", "Director"),
    ("sgddt", "Sở GD&ĐT", "Education and Training", "Giám đốc Sở", "Director"),
)
_IN_TIME, _LATE, _BEGUN = 58, 74, 100
"""Scores below which work was completed in time, completed late, or has begun."""
_LOCAL = ("Nghệ An", "305-KH/TU", "Vinh", "Nam Đàn", "Cửa Lò")
_CAUSES = (
    ("objective", "Chờ hướng dẫn của bộ, ngành (minh họa).", "Làm trước phần việc đã rõ."),
    ("objective", "Chưa bố trí đủ kinh phí (minh họa).", "Đề nghị bổ sung dự toán."),
    ("subjective", "Phối hợp giữa các đơn vị còn chậm (minh họa).", "Kiểm tra hằng tuần."),
)


def load_country(commune_plan: Plan, besides: Area) -> None:
    """Plans, agencies, tasks and reports of every province but one (about 8,000 assignments)."""
    resolution = commune_plan.implements
    reporter = nobody("demo-country", "Cán bộ các địa phương (minh họa)")
    titles = [
        row
        for row in read_table("demo/tasks_305")
        if row["due_on"] >= _FIRST_DUE
        and not any(word in row["title_vi"] + row["title_en"] for word in _LOCAL)
    ]
    measured = Target.objects.filter(plan=resolution, indicator__readings__isnull=False)
    targets = list(measured.order_by("code").distinct())
    work: list[_Given] = []
    known = {
        (str(task.phase.number), str(task.group.number)): task
        for task in commune_plan.tasks.select_related("phase", "group")
        if task.phase
    }
    commune_tasks = [
        (row, known["2", row["group"]])
        for row in read_table("demo/commune_groups")
        if row["phase"] == "2" and row["group"] in _COMMUNE_GROUPS
    ]
    for province in Area.objects.filter(level=Area.Level.PROVINCE, is_active=True).exclude(
        pk=besides.pk
    ):
        agencies = _agencies(province)
        work += _province_work(province, agencies, resolution, titles, targets)
        committees = load_commune_committees(province, agencies[1])
        work += [
            _Given(task, agency, date(2025, 10, 1), f"{row['group']}/{agency.area.code}")
            for row, task in commune_tasks
            for agency in committees
        ]
    _assign(work, reporter)


@dataclass(frozen=True)
class _Given:
    """``key``: what its history is drawn from; the part after the slash leans to one side."""

    task: Task
    agency: Agency
    assigned_on: date
    key: str


def _agencies(province: Area) -> list[Agency]:
    agencies = []
    for place, (code, name_vi, name_en, title_vi, title_en) in enumerate(_BODIES, start=1):
        agency = Agency(
            code=f"{province.code}-{code}",
            area=province,
            name_vi=f"{name_vi} {province.short_name_vi}",
            name_en=f"{province.short_name_en} {name_en}",
            short_name_vi=name_vi,
            short_name_en=name_en,
            head_name=f"{title_vi} (minh họa)",
            head_title_vi=title_vi,
            head_title_en=title_en,
            protocol_order=place,
            is_illustrative=True,
        )
        agency.derive()
        agencies.append(agency)
    Agency.objects.bulk_create(agencies)
    return agencies


def _province_work(
    province: Area,
    agencies: Sequence[Agency],
    resolution: Plan | None,
    titles: Sequence[Row],
    targets: Sequence[Target],
) -> Iterator[_Given]:
    plan = Plan.objects.create(
        number=NUMBER.format(province.code),
        kind=Plan.Kind.PLAN,
        name_vi=f"Kế hoạch của {province.name_vi} thực hiện Nghị quyết số 57-NQ/TW (minh họa)",
        name_en=f"Plan of {province.name_en} to implement Resolution 57-NQ/TW (illustrative)",
        issuer_vi=f"{province.name_vi} (minh họa)",
        issuer_en=f"{province.name_en} (illustrative)",
        issued_on=_ISSUED_ON,
        base_year=2020,
        area=province,
        implements=resolution,
        standing_agency=agencies[2],
        provenance_vi="Dữ liệu minh họa: chưa có số liệu công bố của địa phương này.",
        provenance_en="Illustrative data: nothing is published for this province.",
    )
    of_resolution = resolution.groups.all() if resolution else []
    groups = [
        PlanGroup(plan=plan, number=g.number, name_vi=g.name_vi, name_en=g.name_en)
        for g in of_resolution
    ]
    PlanGroup.objects.bulk_create(groups)
    count = FEWEST + _draw(MOST - FEWEST + 1, province.code, "tasks")
    start = _draw(len(titles), province.code, "start")
    chosen = [titles[(start + 3 * n) % len(titles)] for n in range(count)]
    leads = [agencies[_draw(len(agencies), province.code, n, "lead")] for n in range(count)]
    tasks = [
        task_from(
            {**row, "number": str(n + 1), "provenance": "illustrative"},
            plan,
            groups[n % len(groups)],
            lead_text=leads[n].name_vi,
        )
        for n, row in enumerate(chosen)
    ]
    Task.objects.bulk_create(tasks)
    Task.targets.through.objects.bulk_create(
        Task.targets.through(task=task, target=targets[_draw(len(targets), province.code, n, "t")])
        for n, task in enumerate(tasks)
        if targets and n % 2 == 0
    )
    for n, task in enumerate(tasks):
        yield _Given(task, leads[n], _ISSUED_ON, f"{n}/{province.code}")


def _assign(work: Iterable[_Given], reporter: User) -> None:
    """Assignments with the columns that their reports give, and the reports."""
    assignments, reports = [], []
    for given in work:
        steps = history(given.key, given.assigned_on, given.task.due_on or LAST_DAY)
        last = steps[-1] if steps else None
        assignment = Assignment(
            task=given.task,
            agency=given.agency,
            area=given.agency.area,
            assigned_on=given.assigned_on,
            original_due_on=given.task.due_on,
            due_on=given.task.due_on,
            responsible_text="Cán bộ phụ trách (minh họa)",
        )
        if last:
            same = [step.day for step in steps if step.state == last.state]
            assignment.state, assignment.percent = last.state, last.percent
            assignment.state_since, assignment.version = min(same), len(steps)
            assignment.last_report_at = _afternoon(last.day)
        assignments.append(assignment)
        reports += [_report(step, assignment, reporter, given.key) for step in steps]
    Assignment.objects.bulk_create(assignments, batch_size=1000)
    StatusReport.objects.bulk_create(reports, batch_size=1000)
    keep_spans([assignment.pk for assignment in assignments])


def history(key: str, assigned_on: date, due_on: date) -> list[DemoStep]:
    """What was reported of one assignment, oldest first; empty where it has not begun."""
    place = key.partition("/")[2]
    # Each province leans to one side in all its work; a commune a little.
    score = _draw(100, key, "score") + _draw(31, place[:2], "lean") - 15
    begun = _working(assigned_on + timedelta(5 + _draw(30, key, "begin")))
    begin = DemoStep(begun, State.IN_PROGRESS, 20)
    span = (min(due_on, LAST_DAY) - begun).days
    if score < _IN_TIME:
        done = _working(begun + timedelta(span // 2 + 3 + _draw(span // 2 - 2, key, "end")))
        return [begin, DemoStep(done, State.COMPLETED, 100)]
    late_by = _working(due_on + timedelta(25 + _draw(60, key, "end")))
    explained = _working(due_on + timedelta(20))
    if score < _LATE and late_by <= LAST_DAY:
        late = DemoStep(explained, State.IN_PROGRESS, 60, delayed=True)
        return [begin, late, DemoStep(late_by, State.COMPLETED, 100)]
    if explained <= LAST_DAY:
        return [begin, DemoStep(explained, State.IN_PROGRESS, 60, delayed=True)]
    percent = 30 + _draw(60, key, "percent")
    later = _working(begun + timedelta(span // 2 + 3))
    return [begin, DemoStep(later, State.IN_PROGRESS, percent)] if score < _BEGUN else []


def _report(step: DemoStep, assignment: Assignment, reporter: User, key: str) -> StatusReport:
    report = StatusReport(
        assignment=assignment,
        state=step.state,
        percent=step.percent,
        effective_on=step.day,
        reported_by_user=reporter,
        recorded_at=_afternoon(step.day),
    )
    if step.state not in OPEN_STATES:
        report.result = "Đã hoàn thành (minh họa)."
    if step.delayed:
        cause = _CAUSES[_draw(len(_CAUSES), key, "cause")]
        report.cause_kind, report.cause, report.remedy = cause
        report.expected_on = step.day + timedelta(60)
    return report


def _afternoon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(16, 0)))


def _draw(below: int, *words: object) -> int:
    """A number from 0 to ``below`` - 1, the same on every machine."""
    text = "/".join(map(str, words))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % below


def _working(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(max(0, day.weekday() - 4))
