from provinces.models.people import Delegation, Membership, Role
from provinces.models.places import Agency, Area
from provinces.models.plans import Phase, Plan, PlanGroup

__all__ = ["Agency", "Area", "Delegation", "Membership", "Phase", "Plan", "PlanGroup", "Role"]
