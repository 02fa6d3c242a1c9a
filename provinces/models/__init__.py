from provinces.models.names import FormerName
from provinces.models.people import AccountList, Delegation, Membership
from provinces.models.places import Agency, Area
from provinces.models.plans import Phase, Plan, PlanGroup

__all__ = [
    "AccountList",
    "Agency",
    "Area",
    "Delegation",
    "FormerName",
    "Membership",
    "Phase",
    "Plan",
    "PlanGroup",
]
