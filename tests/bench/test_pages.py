"""Every page and every GET is measured, and none of them reads a large table from end to end."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.country import data, people
from bench.country.data import COMMUNES
from bench.pages import plans
from bench.pages.addresses import OPENED_BY, PAST, Browsers, pages, rules
from core.queue import recalculation
from dashboards.frame.places import provinces
from tests.planner import analyze
from tests.security.cast import build

MOST_QUERIES = 12
MORE_QUERIES: Mapping[str, int] = {
    # Each list of the work is one: reports, reviews, evidence, requests, obstacles, contributions.
    "assignments/<pk>/": 22,
    # Eight say whether units reported on time, four whose tasks are late.
    "plans/<plan_id>/": 19,
    "plans/<plan_id>/ of a past day": 20,
    # Seven look for what became known since it was frozen.
    "reports/<pk>/": 14,
    # Reports for both ways of deciding, with what changed, and the menus of two filters.
    "review/": 15,
}
"""Pages that take more. Nothing comes to it, and each goes when it is mended."""
LARGE = 20_000
"""Rows from which a table is large."""
SCANS: Mapping[str, set[str]] = {
    # Parts of one document by agency and by area.
    "tasks_completion": {
        *("plans/<plan_id>/", "export/charts/<name>.<kind>"),
        *("api/v1/charts/completion-by-group/", "api/v1/completion/"),
        "api/v1/charts/completion-by-agency/",
    },
    # What is late and what changed of a past day, and lists of everybody's work.
    "tasks_assignment": {
        *("/", "provinces/<code>/", "late/", "planning/"),
        *("tasks/", "tasks/ of one agency", "tasks/export.xlsx", "api/v1/tasks/"),
        # Here nearly all work is of one document, and of communes.
        *("planning/documents/<pk>/", "planning/documents/<pk>/table/", "communes/"),
        *("planning/tasks/<pk>/change/", "communes/?area=40"),
        *(f"api/v1/charts/{name}/" for name in ("communes-by-group", "completion-over-time")),
        *(f"api/v1/charts/{name}/" for name in ("delay-by-age", "due-by-week")),
    },
    "tasks_statusreport": {
        *("tasks/export.xlsx", "wall/?page=communes", "api/v1/charts/completion-over-time/"),
    },
    # The kept sums: some hundred rows of each day, of all that ever held.
    "tasks_provincesum": {
        *("/", "plans/", "plans/<plan_id>/", "provinces/", "communes/"),
        *(f"api/v1/charts/{name}/" for name in ("communes-by-group", "completion-over-time")),
        "api/v1/charts/ranks/",
    },
    "tasks_communesum": {"provinces/<code>/", "wall/?page=communes"},
    # How many areas each indicator has figures of.
    "indicators_coverage": {"indicators/"},
}
"""Tables that a page still reads from end to end, today or as of a past day; nothing comes to
it, and each goes when it is mended."""


def test_every_address_that_answers_get_is_opened_by_somebody() -> None:
    """That the table has every address with all its methods is proved where it is."""
    assert [str(rule) for rule in rules() if not rule.done & {*OPENED_BY}] == []


@pytest.mark.timeout(600)  # Two hundred pages.
def test_no_page_takes_more_queries_than_twelve(db: None) -> None:
    """Whoever they are, and whether anything is kept, is asked in three or four of them."""
    world, taken = build(), dict[str, int]()
    for page in pages(world.subjects):
        if page.is_file:
            continue
        cache.clear()
        provinces()  # Read once a minute for all pages.
        path = page.path.replace(COMMUNES, "305-KH/TU")
        with CaptureQueriesContext(connection) as asked:
            answer: Any = world.callers[page.caller].get(path)
            answer.getvalue()
        assert answer.status_code < HTTPStatus.BAD_REQUEST, path
        if len(asked) > MOST_QUERIES:
            taken[page.name] = len(asked)
    assert taken == MORE_QUERIES


@pytest.fixture
def country(db: None) -> None:
    """Four provinces at work, each with four times the work of one of ours."""
    data.make_province()
    data.work_in(data.provinces().exclude(code=data.OWN)[:3])
    data.work_again(3)
    data.months_of_provinces()
    analyze()
    people.hire()
    recalculation.recalculate_all()
    analyze()


@pytest.mark.services
@pytest.mark.timeout(1800)  # On a busy machine the country alone takes five minutes.
def test_no_page_reads_a_large_table_from_end_to_end(country: None) -> None:
    large, browsers = plans.large_tables(LARGE), Browsers()
    assert large >= {"indicators_reading", "tasks_assignment", "tasks_completion"}
    scanned: dict[str, set[str]] = defaultdict(set)
    for page in pages():
        cache.clear()
        _count, statements = plans.asked_by(partial(browsers.open, page))
        for table in set().union(*map(plans.scanned, statements)) & large:
            scanned[table].add(page.name.removesuffix(PAST))
    new = {table: names - SCANS.get(table, set()) for table, names in scanned.items()}
    found = [f"{table}: {name}" for table, names in new.items() for name in sorted(names)]
    assert not found, "\n".join(found)
