"""The list costs the officer of a commune and the coordinator of the nation as many queries."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.models import User
from provinces.models import Agency
from provinces.roles import Role
from tests.factories import (
    AgencyFactory,
    AssignmentFactory,
    CommuneFactory,
    NationFactory,
    ProvinceFactory,
    UserFactory,
    member,
)

pytestmark = pytest.mark.django_db
QUERIES = 9


@pytest.fixture
def commune() -> Agency:
    """One of three in which there is work, and their province has some of its own."""
    nation = NationFactory.create()
    province = ProvinceFactory.create(parent=nation)
    agencies = [
        AgencyFactory.create(area=CommuneFactory.create(parent=province)) for _n in range(3)
    ]
    for agency in [AgencyFactory.create(area=province), *agencies]:
        AssignmentFactory.create_batch(3, agency=agency)
    return agencies[0]


def _cost(user: User, expected: int, client: Client, assert_queries: DjangoAssertNumQueries) -> int:
    client.force_login(user)
    client.get("/tasks/")
    with assert_queries(expected):
        listing = client.get("/tasks/").context["listing"]
    return sum(level.count for level in listing.levels)


def test_as_many_queries_for_a_commune_as_for_the_nation(
    commune: Agency, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    officer = member(UserFactory.create(), Role.OFFICER, commune)
    chief = member(UserFactory.create(), Role.COORDINATOR, NationFactory.create())
    seen = [_cost(one, QUERIES, client, django_assert_num_queries) for one in (officer, chief)]
    assert seen == [3, 12]
