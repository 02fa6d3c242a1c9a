"""A page as known on a day reads as it did on that day, whatever was recorded since."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from targets.models import Target
from tests.dashboards.conftest import DAY, Give, Place, Settle, Visit, indicator_of
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    ExtensionFactory,
    ObstacleFactory,
    PlanFactory,
    StatusReportFactory,
    TargetFactory,
    reading,
)

KNOWN_ON = date(2025, 11, 10)
EARLY, LATER = (datetime(2025, month, 12, 9, tzinfo=UTC) for month in (10, 11))
OVERDUE = date(2025, 11, 3)
PAGES = (
    "/",
    "/provinces/",
    "/provinces/40/",
    "/targets/",
    "/targets/57-1/",
    "/indicators/",
    "/indicators/{indicator}/",
    "/indicators/missing/",
    "/plans/",
    "/plans/{plan}/",
    "/compare/?area=40",
    "/communes/",
    "/communes/?area=40",
    "/late/",
    "/obstacles/",
    "/tasks/?level=agencies",
    "/tasks/?counted=completed",
    "/assignments/{late}/",
    "/export/late.csv",
    "/export/indicators.csv",
    "/export/readings.csv?indicator={indicator}",
    "/export/missing.csv",
    "/export/agencies.csv?area=40",
    "/export/charts/completion-over-time.csv?plan=305-KH/TU",
    "/api/v1/charts/completion-over-time/?plan=305-KH/TU",
    "/api/v1/charts/completion-by-group/?plan=305-KH/TU",
    "/api/v1/charts/completion-by-agency/?plan=305-KH/TU",
    "/api/v1/charts/target-path/?target=57-1",
    "/api/v1/charts/indicator-series/?indicator={indicator}",
    "/api/v1/charts/targets-lag/",
    "/api/v1/charts/delay-by-age/",
    "/api/v1/charts/due-by-week/",
    "/api/v1/charts/obstacles/",
    "/api/v1/charts/communes-by-group/?plan=02-KH/BCĐTW&area=40",
)
UNMOVED = {"/plans/", "/indicators/missing/", "/export/missing.csv"}
"""What was recorded since changes nothing on these."""


@pytest.fixture
def record(
    place: Place, give: Give, settle: Settle
) -> tuple[dict[str, object], Callable[[], None]]:
    """What was known on the day; a call records what came in since."""
    target: Target = TargetFactory.create(
        code="57-1", plan=PlanFactory.create(number="57-NQ/TW", area=place.nation)
    )
    place.plan.implements = target.plan
    place.plan.save()
    indicator = indicator_of(target)
    for period, value in (("2020", "12.66"), ("2023", "13.5")):
        reading(
            indicator, place.nation, period, value, recorded_at=EARLY, published_on=date(2025, 9, 1)
        )
    commune = AgencyFactory.create(area=CommuneFactory.create(parent=place.area))
    of_commune = give(OVERDUE, agency=commune, task__plan=PlanFactory.create(number="02-KH/BCĐTW"))
    late, moved = give(OVERDUE), give(OVERDUE)
    late.task.targets.add(target)
    give(OVERDUE)

    def came() -> None:
        for assignment in (late, of_commune):
            StatusReportFactory.create(
                assignment=assignment,
                state="completed",
                percent=100,
                effective_on=date(2025, 11, 1),
                recorded_at=LATER,
            )
        ExtensionFactory.create(
            assignment=moved,
            new_due_on=date(2025, 12, 20),
            decision="granted",
            decided_on=date(2025, 11, 2),
            decided_at=LATER,
        )
        ObstacleFactory.create(assignment=late, area=place.area, opened_on=LATER.date())
        reading(
            indicator,
            place.nation,
            "2024",
            "14.02",
            recorded_at=LATER,
            published_on=date(2025, 9, 2),
        )
        settle()

    settle()
    return {"indicator": indicator.code, "plan": place.plan.pk, "late": late.pk}, came


def test_what_was_recorded_since_changes_no_page_as_known_then(
    visit: Visit, record: tuple[dict[str, object], Callable[[], None]]
) -> None:
    names, came = record

    def seen(**known: str) -> dict[str, str]:
        found = {}
        for page in PAGES:
            path, _mark, query = page.format(**names).partition("?")
            given = dict(part.split("=") for part in query.split("&") if part)
            answer = visit(path, **given, **known)
            assert answer.status_code == 200, page
            text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
            found[page] = re.sub(r'\d\d:\d\d|<input[^>]*csrf[^>]*>|data-pending="[^"]*"', "", text)
        return found

    then = {"known_at": KNOWN_ON.isoformat()}
    known, today = seen(**then), seen()
    came()
    again, now = seen(**then), seen()
    assert [page for page in PAGES if known[page] != again[page]] == []
    assert {page for page in PAGES if today[page] == now[page]} <= UNMOVED
    words = f"như đã biết ngày {KNOWN_ON:%d/%m/%Y}"
    silent = {page for page, text in again.items() if "<html" in text and words not in text}
    assert silent == set()
    assert all("không phải điều đã biết" not in text for text in again.values())


def test_a_page_that_shows_today_says_so(visit: Visit, settle: Settle) -> None:
    settle()
    html = visit("/proposals/", known_at="2025-11-05").content.decode()
    assert "không phải điều đã biết ngày 05/11/2025" in html
    assert f"/?as_of={DAY}&amp;known_at=2025-11-05" in html
