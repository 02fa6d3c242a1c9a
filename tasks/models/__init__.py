from tasks.models.assignment import Assignment, AssignmentSpan
from tasks.models.completion import CommuneSum, Completion, ProvinceSum
from tasks.models.desk import (
    Draft,
    HandOver,
    ListFilter,
    PlanAct,
    SheetImport,
    TaskListImport,
    Undoable,
)
from tasks.models.evidence import Contribution, Evidence
from tasks.models.obstacle import (
    CancelRequest,
    ExtensionRequest,
    Obstacle,
    ObstacleCategory,
    Proposal,
)
from tasks.models.reminder import DigestDay, Escalation, NoticesSeen, Sending
from tasks.models.report import Review, StatusReport
from tasks.models.task import Task

__all__ = [
    "Assignment",
    "AssignmentSpan",
    "CancelRequest",
    "CommuneSum",
    "Completion",
    "Contribution",
    "DigestDay",
    "Draft",
    "Escalation",
    "Evidence",
    "ExtensionRequest",
    "HandOver",
    "ListFilter",
    "NoticesSeen",
    "Obstacle",
    "ObstacleCategory",
    "PlanAct",
    "Proposal",
    "ProvinceSum",
    "Review",
    "Sending",
    "SheetImport",
    "StatusReport",
    "Task",
    "TaskListImport",
    "Undoable",
]
