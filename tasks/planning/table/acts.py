"""What an act of the table would change and what it passes over, told before it happens."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import QuerySet

from core.models import User
from core.web.editing import digest
from tasks.models import Assignment, PlanAct
from tasks.planning.table.rows import Selection

MOST = 20_000
"""Rows changed by one act."""


@dataclass
class Weighed:
    """``changes`` has one entry a row that would change, as the act wants it; ``passed`` names the
    others by the reason, a key of ``words.WHY``."""

    changes: list[Any] = field(default_factory=list)
    passed: dict[str, list[str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.changes)

    @property
    def passed_over(self) -> int:
        return sum(map(len, self.passed.values()))

    @property
    def told(self) -> list[Any]:
        return [self.changes, self.passed]

    @property
    def stamp(self) -> str:
        return digest(self.told)

    def pass_over(self, why: str, name: str) -> None:
        self.passed.setdefault(why, []).append(name)


class Act(ABC):
    """One act on the chosen rows, and how it is taken back.

    Its numbers are assignments, or tasks with ``of_tasks``. ``moved`` is what ``do`` returned, as
    ``PlanAct.moved`` keeps it.
    """

    kind: ClassVar[PlanAct.Kind]
    of_tasks: ClassVar[bool] = False

    @abstractmethod
    def weigh(self, chosen: Selection) -> Weighed:
        """A few SQL queries, whatever the number. Raises Refused where the act itself is wrong."""

    @abstractmethod
    def do(self, chosen: Selection, weighed: Weighed, *, by: User) -> dict[str, Any]:
        """Write what was weighed, and mark the figures."""

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What the audit event says of it besides the numbers."""

    @staticmethod
    @abstractmethod
    def touched(moved: dict[str, Any]) -> list[int]:
        """The rows that it changed."""

    @staticmethod
    @abstractmethod
    def as_left(moved: dict[str, Any]) -> "QuerySet[Any]":
        """Those of them that are as it left them."""

    @staticmethod
    @abstractmethod
    def take_back(done: PlanAct, by: User, /) -> None:
        """Give each row back what it had. What the history has is answered by a further entry."""


def name_of(assignment: Assignment) -> str:
    return f"{assignment.task.number} ({assignment.agency.short_name})"


def first_of(reasons: Mapping[str, object]) -> str:
    """The first key of ``words.WHY`` that is so, "" if none is."""
    return next((why for why, is_so in reasons.items() if is_so), "")
