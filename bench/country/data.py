"""A nation at work: 16 tasks for every commune, 294 for the agencies of every province.

Random but the same in every run (seeded); it lives only in the benchmark's own databases. The
databases that are kept are made anew when a letter here changes.
"""

import os
import random
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.models import Model, QuerySet

from bench.country import databases
from core.models import User
from indicators.models import Reading
from provinces.models import Agency, Area, Plan, PlanGroup
from tasks.models import Assignment, StatusReport, Task
from tasks.states import State
from tasks.status.history import keep_spans

FIRST_DAY = date(2025, 3, 1)
LAST_DAY = date(2026, 10, 31)
LAST_DUE_DAY = date(2027, 12, 31)
COMMUNES = "bench-communes"
"""The document of all communes; each province has one of its own, named likewise."""
COMMUNE_GROUPS, PROVINCE_GROUPS = 16, 7
TASKS_OF_A_PROVINCE, AGENCIES_OF_A_PROVINCE = 294, 14
_AT_ONCE = 5000
OWN = "40"
"""The province that is at work in all sizes."""
BENCH = "bench"
"""Who recorded it all."""


class WrongFiguresError(AssertionError):
    """What was measured did not do what it should."""


def bring_up_to_date() -> None:
    """As an installation is when it is upgraded."""
    call_command("migrate", verbosity=0)
    with Path(os.devnull).open("w") as nowhere:
        call_command("load_reference", stdout=nowhere)


def make_province() -> None:
    bring_up_to_date()
    Nation(User.objects.create_superuser(BENCH)).work_in(provinces().filter(code=OWN))
    databases.make_bare_table()
    few()


def make_nation() -> None:
    work_in(provinces().exclude(code=OWN))


def make_tenfold() -> None:
    very_many()
    work_again(9)


def work_in(provinces: Iterable[Area]) -> None:
    """These are at work, too."""
    Nation(User.objects.get(username=BENCH)).work_in(provinces)


def provinces() -> QuerySet[Area]:
    return Area.objects.active().filter(level=Area.Level.PROVINCE)


class Nation:
    """Fills the database in use, province by province."""

    def __init__(self, by: User) -> None:
        self.by = by
        self.draw = random.Random(57)
        self.area = Area.objects.get(code="VN")
        known = Plan.objects.filter(number=COMMUNES).first()
        self.commune_tasks = (
            list(known.tasks.order_by("pk"))
            if known
            else self._make_tasks(_make_plan(COMMUNES, self.area, COMMUNE_GROUPS), COMMUNE_GROUPS)
        )

    def work_in(self, provinces: Iterable[Area]) -> None:
        """Agencies, tasks, assignments and reports of these provinces and their communes."""
        for province in provinces:
            communes = Area.objects.within(province).active().filter(level=Area.Level.COMMUNE)
            agencies = _make_agencies(communes.order_by("code"), 1)
            self._assign((task, agency) for task in self.commune_tasks for agency in agencies)
            plan = _make_plan(f"bench-{province.code}", province, PROVINCE_GROUPS)
            tasks = self._make_tasks(plan, TASKS_OF_A_PROVINCE)
            agencies = _make_agencies([province], AGENCIES_OF_A_PROVINCE)
            self._assign((task, self.draw.choice(agencies)) for task in tasks)

    def _make_tasks(self, plan: Plan, count: int) -> list[Task]:
        groups = list(plan.groups.all())
        tasks = [
            Task(
                plan=plan,
                group=groups[n % len(groups)],
                number=str(n + 1),
                title_vi=f"Nhiệm vụ {n + 1}",
                due_kind="day",
                due_on=self._a_day(FIRST_DAY, LAST_DUE_DAY),
                provenance=Task.Provenance.ILLUSTRATIVE,
            )
            for n in range(count)
        ]
        for task in tasks:
            task.derive()
        return Task.objects.bulk_create(tasks)

    def _assign(self, pairs: Iterable[tuple[Task, Agency]]) -> None:
        """Each begins one day; two of three end one later day."""
        assignments = Assignment.objects.bulk_create(
            (
                Assignment(
                    task=task,
                    agency=agency,
                    area_id=agency.area_id,
                    assigned_on=FIRST_DAY,
                    original_due_on=task.due_on,
                    due_on=task.due_on,
                )
                for task, agency in pairs
            ),
            batch_size=_AT_ONCE,
        )
        reports = [report for each in assignments for report in self._reports(each)]
        StatusReport.objects.bulk_create(reports, batch_size=_AT_ONCE)
        Assignment.objects.bulk_update(assignments, ["state", "percent", "version"], _AT_ONCE)
        keep_spans([assignment.pk for assignment in assignments])

    def _reports(self, assignment: Assignment) -> Iterator[StatusReport]:
        begun = self._a_day(FIRST_DAY, LAST_DAY)
        yield self._report(assignment, State.IN_PROGRESS, 50, begun)
        if self.draw.random() < 2 / 3:
            yield self._report(assignment, State.COMPLETED, 100, self._a_day(begun, LAST_DAY))

    def _report(
        self, assignment: Assignment, state: State, percent: int, day: date
    ) -> StatusReport:
        assignment.state, assignment.percent = state, percent
        assignment.version += 1
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        return StatusReport(
            assignment=assignment,
            state=state,
            percent=percent,
            effective_on=day,
            reported_by_user=self.by,
            recorded_at=at,
        )

    def _a_day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.draw.randint(0, (last - first).days))


def _make_plan(number: str, area: Area, groups: int) -> Plan:
    plan = Plan.objects.create(
        number=number,
        kind=Plan.Kind.PLAN,
        issuer_vi="bench",
        issued_on=FIRST_DAY,
        area=area,
        name_vi=number,
    )
    PlanGroup.objects.bulk_create(
        PlanGroup(plan=plan, number=n, name_vi=f"Nhóm {n}") for n in range(1, groups + 1)
    )
    return plan


def _make_agencies(areas: Iterable[Area], each: int) -> Sequence[Agency]:
    agencies = [
        Agency(code=f"bench-{area.code}-{n}".lower(), name_vi=f"{area.name_vi} {n}", area=area)
        for area in areas
        for n in range(each)
    ]
    for agency in agencies:
        agency.derive()
    return Agency.objects.bulk_create(agencies)


_LAST_YEAR = 2025
_ALREADY = 5
_MONTHS = 120
_YEARS = 4
_MANY_MONTHS = 46
READINGS = Reading._meta.db_table
_INSERT = """
INSERT INTO {table} (
    indicator_id, area_id, period, first_day, last_day, published_on, recorded_at, value,
    value_text, base, revision, obs_status, published_is_estimated, period_text, value_qualifier,
    source, source_url, note)
WITH periods (period, first_day, last_day) AS (VALUES {periods})
SELECT i.id, a.id, p.period, p.first_day, p.last_day, p.last_day, %s, '12.5',
    '12.5', 34, 999, 'A', {false}, '', '', 'bench', '', ''
FROM indicators_indicator i CROSS JOIN provinces_area a CROSS JOIN periods p
WHERE a.is_active AND a.level = %s
"""

Period = tuple[str, date, date]


def few() -> None:
    """Five months of every indicator and province: about 10,000."""
    _insert(_months()[:_ALREADY], Area.Level.PROVINCE)


def months_of_provinces() -> None:
    """All but those of ``few``, of ten years: about 230,000."""
    _insert(_months()[_ALREADY:], Area.Level.PROVINCE)


def many() -> None:
    """The same, and four years for the communes: about 1,000,000."""
    months_of_provinces()
    _insert(_years(), Area.Level.COMMUNE)


def very_many() -> None:
    """Four years of months for the communes: about 10,000,000."""
    with databases.filling(READINGS):
        _insert(_months()[:_MANY_MONTHS], Area.Level.COMMUNE)


ONE_TABLE, TABLE_BY_YEAR = "bench_one_table", "bench_by_year"
_TABLES = """
CREATE TABLE {one} (LIKE {readings} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING IDENTITY);
CREATE SEQUENCE {by_year}_id;
CREATE TABLE {by_year} (LIKE {readings} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (last_day);
ALTER TABLE {by_year} ALTER id SET DEFAULT nextval('{by_year}_id');
"""
_PARTITION = """
CREATE TABLE {by_year}_{year} PARTITION OF {by_year}
    FOR VALUES FROM ('{year}-01-01') TO ('{next}-01-01');
"""
_KEYS = """
ALTER TABLE {one} ADD PRIMARY KEY (id), ADD UNIQUE (indicator_id, area_id, period, base, revision);
ALTER TABLE {by_year} ADD PRIMARY KEY (id, last_day),
    ADD UNIQUE (indicator_id, area_id, period, base, revision, last_day);
"""
_INDEXES = """
CREATE INDEX ON {table}
    (indicator_id, area_id, base, period, published_on DESC, revision DESC);
CREATE INDEX ON {table} (indicator_id, last_day);
CREATE INDEX ON {table} (published_on);
CREATE INDEX ON {table} (area_id);
"""
"""As those of the table of readings, but for the year in each unique key, which the parts need."""


def make_years() -> None:
    """The readings of ``very_many`` in one table, and in one for each year."""
    names = {"one": ONE_TABLE, "by_year": TABLE_BY_YEAR, "readings": READINGS}
    years = {first.year for _period, first, _last in _months()[:_MANY_MONTHS]}
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(_TABLES.format(**names))
        for year in (*years, max(years) + 1):
            cursor.execute(_PARTITION.format(**names, year=year, next=year + 1))
        for table in (ONE_TABLE, TABLE_BY_YEAR):
            _insert(_months()[:_MANY_MONTHS], Area.Level.COMMUNE, table)
        cursor.execute(_KEYS.format(**names))
        for table in (ONE_TABLE, TABLE_BY_YEAR):
            cursor.execute(_INDEXES.format(table=table))


def work_again(times: int) -> None:
    """Every task, its assignments and their reports so often again, some days later each time."""
    clones = """
        (SELECT t.id AS old, c.id AS new, split_part(c.number, '.', 2)::int AS n
        FROM tasks_task t JOIN tasks_task c ON c.plan_id = t.plan_id AND c.number <> t.number
        AND split_part(c.number, '.', 1) = t.number AND t.number NOT LIKE '%.%'
        JOIN provinces_plan p ON p.id = t.plan_id AND p.number LIKE 'bench-%') AS clone"""
    _copy(
        Task,
        f"provinces_plan p, generate_series(1, {times}) n "
        "WHERE p.id = o.plan_id AND p.number LIKE 'bench-%'",
        number="o.number || '.' || n",
        number_key="o.number_key || '.' || n",
    )
    later = dict.fromkeys(("due_on", "original_due_on"), "o.{} + 5 * n")
    _copy(Assignment, f"{clones} WHERE old = o.task_id", task_id="new", **later)
    _copy(
        StatusReport,
        f"tasks_assignment a, {clones}, tasks_assignment b WHERE a.id = o.assignment_id "
        "AND old = a.task_id AND b.task_id = new AND b.agency_id = a.agency_id",
        assignment_id="b.id",
        effective_on="o.{} + n",
    )
    keep_spans(Assignment.objects.filter(spans=None).values_list("pk", flat=True))


def _copy(model: type[Model], beside: str, **changed: str) -> None:
    """Rows of the model once more for each row beside them, with these columns changed."""
    fields = (field for field in model._meta.concrete_fields if not field.primary_key)
    values = {str(field.column): f"o.{field.column}" for field in fields}
    values |= {column: value.format(column) for column, value in changed.items()}
    table, columns, found = model._meta.db_table, ", ".join(values), ", ".join(values.values())
    with databases.filling(table), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {found} FROM {table} o, {beside}")  # noqa: S608 - Our own names.


def _months() -> list[Period]:
    """Newest first."""
    found = []
    for back in range(_MONTHS):
        year, month = _LAST_YEAR - back // 12, 12 - back % 12
        days = monthrange(year, month)[1]
        found.append((f"{year}-{month:02}", date(year, month, 1), date(year, month, days)))
    return found


def _years() -> list[Period]:
    years = range(_LAST_YEAR - _YEARS + 1, _LAST_YEAR + 1)
    return [(str(year), date(year, 1, 1), date(year, 12, 31)) for year in years]


def _insert(periods: Sequence[Period], level: str, table: str = READINGS) -> None:
    sql = _INSERT.format(
        table=table,
        periods=", ".join(["(%s, %s, %s)"] * len(periods)),
        false="false" if connection.vendor == "postgresql" else "0",
    )
    values = [value for period in periods for value in period]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, datetime(2026, 1, 1, tzinfo=UTC), level])
