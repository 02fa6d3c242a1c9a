from provinces.models.people import AGENCY_ROLES, AccountList, Delegation, Membership, Role
from provinces.models.places import Agency, Area
from provinces.models.plans import Phase, Plan, PlanGroup

__all__ = [
    "AGENCY_ROLES",
    "AccountList",
    "Agency",
    "Area",
    "Delegation",
    "Membership",
    "Phase",
    "Plan",
    "PlanGroup",
    "Role",
]
