"""At every door that takes an Excel file a hostile one is refused and costs little."""

import resource
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.models import User
from indicators.files.services import work_off
from indicators.models import ImportJob
from provinces.roles import Role
from tasks.models import SheetImport, TaskListImport
from tests.core.tables.test_reader import BROKEN
from tests.factories import member
from tests.tasks.conftest import Cast

NAMES = (
    "zip bomb",
    "many parts",
    "entities",
    "broken xml",
    "another zip",
    "one cell far away",
    "a slow one",
)
MOST_GROWTH = 100 * 1024
"""Kilobytes, as the system counts them."""


def _sent(client: Client, address: str, data: bytes) -> int:
    return client.post(address, {"file": SimpleUploadedFile("a.xlsx", data)}).status_code


def _round_trip(cast: Cast, client: Client, data: bytes) -> bool:
    return _sent(client, "/tasks/imports/", data) == 422 and not SheetImport.objects.exists()


def _task_list(cast: Cast, client: Client, data: bytes) -> bool:
    status = _sent(client, f"/planning/documents/{cast.plan.pk}/import/", data)
    return status == 422 and not TaskListImport.objects.exists()


def _readings(cast: Cast, client: Client, data: bytes) -> bool:
    """Some are told at the door, the others when they are looked through."""
    if _sent(client, "/imports/", data) == 422:
        return not ImportJob.objects.exists()
    work_off(60)
    return ImportJob.objects.get().state == "failed"


def _sender(cast: Cast) -> User:
    """Whoever may knock at all three doors."""
    return member(member(cast.coordinator, Role.OFFICER, cast.agency), Role.REVIEWER, cast.area)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("door", [_round_trip, _task_list, _readings])
def test_a_hostile_workbook_is_refused_and_costs_little_memory(
    cast: Cast, client: Client, door: Callable[[Cast, Client, bytes], bool], name: str
) -> None:
    client.force_login(_sender(cast))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert door(cast, client, BROKEN[name][0])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH
