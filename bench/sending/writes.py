"""What officers and systems send, beside a bare view with one INSERT that is sent the same."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import cycle, islice
from urllib.parse import urlencode

from django.test import Client

from bench.country import databases, people
from bench.country.data import WrongFiguresError
from bench.country.sizes import HISTORY
from bench.measure import Ratio, Work, side_by_side
from bench.sending import server
from bench.sending.server import Callers, Letter
from core.calendar import clock
from core.models import User
from provinces.models import Area
from tasks.models import Assignment
from tasks.states import State

_ROUNDS, _LETTERS = 15, 320
_CLIENTS = 16


def one_reading() -> Ratio:
    """New figures by API key, each under an Idempotency-Key, beside a million others."""
    databases.use(HISTORY)
    readings, bare = _readings(2024), _readings(2023)
    bare = (letter.to_bare("/bench/bare-insert/") for letter in bare)
    with server.running(HISTORY) as port:
        callers = Callers(port, _CLIENTS)
        ratio = side_by_side(
            _asking(callers, "one reading by POST, 16 clients", readings),
            _asking(callers, "a bare view with one INSERT, 16 clients", bare),
            rounds=_ROUNDS,
            goal=0.4,
            at_most=False,
        )
    return replace(
        ratio,
        subject_seconds=ratio.subject_seconds / _LETTERS,
        yardstick_seconds=ratio.yardstick_seconds / _LETTERS,
    )


def _asking(callers: Callers, name: str, letters: Iterator[Letter]) -> Work:
    """So many letters a turn."""
    ready: list[bytes] = []

    def make_ready() -> None:
        ready[:] = [letter.as_bytes() for letter in islice(letters, _LETTERS)]

    return Work(name, lambda: callers.send(ready, HTTPStatus.CREATED), make_ready)


def one_report() -> Ratio:
    databases.use(HISTORY)
    browser = people.signed_in(people.OFFICER)
    bare = (letter.to_bare("/bench/insert/") for letter in _reports())
    return side_by_side(
        _sending("an officer saves a status report", browser, _reports()),
        _sending("a signed-in form POST with one INSERT", browser, bare),
        rounds=100,
        goal=3,
    )


def _readings(year: int) -> Iterator[Letter]:
    codes = Area.objects.active().filter(level=Area.Level.COMMUNE).values_list("code", flat=True)
    for number, (code, month) in enumerate(
        (code, month) for month in range(1, 13) for code in codes
    ):
        reading = {
            "indicator": "digital_economy_grdp",
            "area": code,
            "period": f"{year}-{month:02}",
            "value": "12.5",
            "published_on": "2026-01-06",
            "source": "bench",
        }
        key = {
            "Authorization": f"Bearer {people.API_KEY.text}",
            "Idempotency-Key": f"{year}-{number}",
        }
        yield Letter(
            "/api/v1/readings/", json.dumps(reading), "application/json", HTTPStatus.CREATED, key
        )


def _reports() -> Iterator[Letter]:
    """One unfinished task of the officer's after the other, again and again, each as it stands."""
    officer, today = User.objects.get(username=people.OFFICER), clock.today().isoformat()
    open_ones = Assignment.objects.visible_to(officer).exclude(state=State.COMPLETED)
    mine = cycle(open_ones.values_list("pk", flat=True))
    for pk, percent in zip(mine, cycle(range(10, 90)), strict=False):
        form = {
            "state": State.IN_PROGRESS.value,
            "percent": percent,
            "effective_on": today,
            "result": "Đang làm",
            "cause": "Chờ văn bản",
            "remedy": "Đôn đốc",
            "expected_on": today,
            "version": Assignment.objects.get(pk=pk).version,
        }
        yield Letter(
            f"/assignments/{pk}/",
            urlencode(form),
            "application/x-www-form-urlencoded",
            HTTPStatus.FOUND,
        )


def _sending(name: str, browser: Client, letters: Iterator[Letter]) -> Work:
    """Raises WrongFiguresError for any answer but the expected."""
    ready: list[Letter] = []

    def make_ready() -> None:
        browser.cookies.pop("messages", None)  # Thanks that nobody reads would heap up.
        ready.append(next(letters))

    def send() -> None:
        letter = ready.pop()
        answer = browser.post(
            letter.address, letter.body, content_type=letter.kind, headers=letter.headers
        )
        if answer.status_code != letter.expected:
            text = answer.content.decode()[:300]
            raise WrongFiguresError(f"{letter.address} answered {answer.status_code}: {text}")

    return Work(name, send, make_ready)
