"""Nghệ An and its neighbour, their departments, and who coordinates what."""

from dataclasses import dataclass

import pytest
from django.test import Client

from core.models import User
from provinces.models import Agency, Area
from provinces.roles import Role
from tests.factories import (
    AgencyFactory,
    CommuneFactory,
    NationFactory,
    ProvinceFactory,
    UserFactory,
    member,
)


@dataclass(frozen=True)
class Cast:
    nation: Area
    area: Area
    elsewhere: Area
    commune: Area
    dept: Agency
    ubnd: Agency
    """The People's Committee of the commune."""
    abroad: Agency
    """A department of the neighbour."""
    coordinator: User
    officer: User
    """Of the department."""
    stranger: User
    """An officer of the neighbour's department."""
    client: Client
    """Signed in as the coordinator."""


@pytest.fixture
def cast(db: None) -> Cast:
    nation, area = NationFactory.create(), ProvinceFactory.create()
    elsewhere = ProvinceFactory.create(code="38")
    commune = CommuneFactory.create(code="17110", short_name_vi="Quỳnh Lưu")
    dept = AgencyFactory.create(
        code="40-skhcn", area=area, name_vi="Sở Khoa học và Công nghệ", short_name_vi="Sở KH&CN"
    )
    ubnd = AgencyFactory.create(
        code="ubnd-17110", area=commune, name_vi="Ủy ban nhân dân xã Quỳnh Lưu"
    )
    abroad = AgencyFactory.create(code="38-sxd", area=elsewhere, name_vi="Sở Xây dựng Thanh Hóa")
    coordinator = member(UserFactory.create(username="coordinator"), Role.COORDINATOR, area)
    officer = UserFactory.create(username="officer", full_name="Nguyễn Đức Đạt")
    return Cast(
        nation,
        area,
        elsewhere,
        commune,
        dept,
        ubnd,
        abroad,
        coordinator,
        member(officer, Role.OFFICER, dept),
        member(UserFactory.create(username="stranger"), Role.OFFICER, abroad),
        signed_in(coordinator),
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
