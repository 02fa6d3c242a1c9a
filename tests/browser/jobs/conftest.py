"""The jobs of the desk, each counted as a new user does it: clicks, fields, seconds of the driver.

The numbers are those of the list of jobs that were tried by hand on 26 November 2026. A click
is a press of anything, a tick and Enter included; a field is one that is typed or chosen. A file is
chosen outside the page and was not counted.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from playwright.sync_api import FilePayload, Locator, Page
from pytest_django.live_server_helper import LiveServer

from core.models import User
from provinces.models import Agency, Area, Plan
from provinces.roles import Role
from tasks.models import Assignment
from tests.browser.conftest import Visit
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    AssignmentFactory,
    NationFactory,
    PlanFactory,
    ProvinceFactory,
    UserFactory,
    member,
)

FAR = date(2099, 12, 31)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Job:
    """Counts what its user does."""

    clicks: int = 0
    fields: int = 0

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.fields += 1

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)
        self.fields += 1

    def enter(self, target: Locator, text: str) -> None:
        """Types it and presses Enter."""
        self.fill(target, text)
        target.press("Enter")
        self.clicks += 1

    @staticmethod
    def send(target: Locator, name: str, content: bytes) -> None:
        kind = "text/csv" if name.endswith(".csv") else XLSX
        target.set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))


Begin = Callable[..., AbstractContextManager[Job]]


@pytest.fixture
def job(capsys: pytest.CaptureFixture[str]) -> Begin:
    """`with job("2", "done with a number", clicks=2, fields=2) as did:` – no more in all."""

    @contextmanager
    def begin(number: str, what: str, *, clicks: int, fields: int) -> Iterator[Job]:
        did, begun = Job(), time.monotonic()
        yield did
        seconds = time.monotonic() - begun
        with capsys.disabled():
            sys.stdout.write(f"\njob {number}: {what}: {did.clicks}+{did.fields}, {seconds:.1f} s")
        assert did.clicks + did.fields <= clicks + fields

    return begin


@dataclass
class Desk:
    """A plan with review, its people, and as much work as a test asks for."""

    visit: Visit
    address: str
    plan: Plan
    agency: Agency
    people: dict[str, User] = field(default_factory=dict)

    def work(self, count: int = 1, **given: object) -> list[Assignment]:
        defaults = {"task__plan": self.plan, "task__due_on": FAR, "agency": self.agency}
        return AssignmentFactory.create_batch(count, **{**defaults, **given})

    def enter(self, who: str, *, script: bool = True, finger: bool = False) -> Page:
        """That person's browser, signed in, on a laptop; with a finger, on a telephone."""
        page = self.visit(self.address, script=script, finger=finger)
        width, height = (360, 640) if finger else (1366, 768)
        page.set_viewport_size({"width": width, "height": height})
        self.sign_in(page, self.people[who].username)
        return page

    @staticmethod
    def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
        page.goto("/login/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)


@pytest.fixture
def desk(visit: Visit, live_server: LiveServer) -> Desk:
    province = ProvinceFactory.create()
    agency = AgencyFactory.create(
        code="skhcn",
        area=province,
        name_vi="Sở Khoa học và Công nghệ",
        short_name_vi="Sở KH&CN",
        aliases=["SKHCN"],
    )
    plan = PlanFactory.create(area=province, requires_review=True)
    desk = Desk(visit, live_server.url, plan, agency)
    places: dict[str, tuple[Role, Area | Agency]] = {
        "officer": (Role.OFFICER, agency),
        "reviewer": (Role.REVIEWER, province),
        "coordinator": (Role.COORDINATOR, province),
        "viewer": (Role.VIEWER, NationFactory.create()),
    }
    for name, (role, place) in places.items():
        desk.people[name] = member(UserFactory.create(username=name), role, place)
    return desk
