from provinces.models.displays import DisplayKey, WallPage
from provinces.models.names import FormerName
from provinces.models.people import AccountList, Delegation, Membership
from provinces.models.places import Agency, Area
from provinces.models.plans import Phase, Plan, PlanGroup
from provinces.models.scopes import AreaScope, PlanScope

__all__ = [
    "AccountList",
    "Agency",
    "Area",
    "AreaScope",
    "Delegation",
    "DisplayKey",
    "FormerName",
    "Membership",
    "Phase",
    "Plan",
    "PlanGroup",
    "PlanScope",
    "WallPage",
]
