"""The cast: an indicator owned by a department of Nghệ An, its officer, and others."""

from dataclasses import dataclass

import pytest

from core.models import User
from indicators.models import Indicator
from provinces.models import Agency, Area
from provinces.roles import Role
from tests.factories import (
    AgencyFactory,
    IndicatorFactory,
    NationFactory,
    ProvinceFactory,
    UserFactory,
    member,
)


@dataclass(frozen=True)
class Cast:
    """``indicator`` ("share", in percent) belongs to ``agency``, which lies in Nghệ An."""

    nation: Area
    area: Area
    agency: Agency
    indicator: Indicator
    officer: User
    viewer: User
    coordinator: User
    stranger: User


@pytest.fixture
def cast(db: None) -> Cast:
    nation, area = NationFactory.create(), ProvinceFactory.create()
    agency = AgencyFactory.create(area=area, head_name="Trần Thị Hà", head_title_vi="Giám đốc")
    elsewhere = ProvinceFactory.create(code="01")
    return Cast(
        nation=nation,
        area=area,
        agency=agency,
        indicator=IndicatorFactory.create(
            code="share",
            owner=agency,
            min_value=0,
            max_value=100,
            other_periods=["quarter", "years"],
        ),
        officer=member(UserFactory.create(username="officer"), Role.OFFICER, agency),
        viewer=member(UserFactory.create(username="viewer"), Role.VIEWER, area),
        coordinator=member(UserFactory.create(username="coordinator"), Role.COORDINATOR, area),
        stranger=member(UserFactory.create(username="stranger"), Role.COORDINATOR, elsewhere),
    )
