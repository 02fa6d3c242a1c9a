from targets.models.assessment import Assessment, Judgement
from targets.models.target import Milestone, Target

__all__ = ["Assessment", "Judgement", "Milestone", "Target"]
