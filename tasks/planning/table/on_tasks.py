"""Acts on tasks: given to agencies, moved to a group, linked with a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import refuse
from core.models import User
from core.queue import recalculation
from provinces.models import Agency, PlanGroup
from targets.models import Target
from tasks.models import Assignment, PlanAct, Task
from tasks.planning.assigning import check_agencies, check_days, keep_given, nobody_chosen
from tasks.planning.table.acts import MOST, Act, Weighed
from tasks.planning.table.rows import Selection
from tasks.planning.tasks import before_replanning, mark_figures, targets_for


@dataclass(frozen=True)
class GiveAct(Act):
    """Without ``due_on`` each task keeps the day that the document gives it."""

    kind = PlanAct.Kind.ASSIGN

    agencies: Sequence[Agency]
    assigned_on: date
    due_on: date | None
    responsible_text: str = ""

    def weigh(self, chosen: Selection) -> Weighed:
        if not self.agencies:
            raise nobody_chosen()
        check_agencies(chosen.plan, self.agencies)
        check_days(self.assigned_on, self.due_on)
        if len(chosen.tasks) * len(self.agencies) > MOST:
            detail = _("One step gives at most %(n)d assignments; choose fewer rows or agencies.")
            raise refuse("too_many", detail % {"n": MOST}, "/agency")
        rows = Assignment.objects.filter(task__in=chosen.tasks, agency__in=self.agencies)
        had, weighed = set(rows.values_list("task_id", "agency_id")), Weighed()
        for task in chosen.tasks:
            due = self.due_on or task.due_on
            for agency in self.agencies:
                if (task.pk, agency.pk) in had:
                    weighed.pass_over("had", f"{task.number} ({agency.short_name})")
                elif due and due < self.assigned_on:
                    weighed.pass_over("due_too_early", f"{task.number} ({agency.short_name})")
                else:
                    weighed.changes.append([task.pk, agency.pk, due and due.isoformat()])
        return weighed

    def do(self, chosen: Selection, weighed: Weighed, *, by: User) -> dict[str, Any]:
        area_of = {agency.pk: agency.area_id for agency in self.agencies}
        given = keep_given(
            [
                Assignment(
                    task_id=task,
                    agency_id=agency,
                    area_id=area_of[agency],
                    assigned_on=self.assigned_on,
                    original_due_on=due and date.fromisoformat(due),
                    due_on=due and date.fromisoformat(due),
                    responsible_text=self.responsible_text,
                )
                for task, agency, due in weighed.changes
            ]
        )
        return {"given": [row.pk for row in given]}

    def facts(self) -> dict[str, Any]:
        return {
            "agencies": sorted(agency.code for agency in self.agencies),
            "assigned_on": self.assigned_on.isoformat(),
            "due_on": self.due_on and self.due_on.isoformat(),
            "responsible_text": self.responsible_text,
        }

    @staticmethod
    def touched(moved: dict[str, Any]) -> list[int]:
        return list(moved["given"])

    @staticmethod
    def as_left(moved: dict[str, Any]) -> "QuerySet[Assignment]":
        return Assignment.objects.filter(pk__in=moved["given"])

    @staticmethod
    def take_back(done: PlanAct, _by: User, /) -> None:
        """The assignments go, since nothing hangs on them; the audit keeps that they were given."""
        rows = Assignment.objects.filter(pk__in=done.moved["given"])
        before_replanning(list(rows.select_related("task")))
        rows.delete()
        recalculation.touch_generation()


@dataclass(frozen=True)
class GroupAct(Act):
    kind = PlanAct.Kind.GROUP
    of_tasks = True

    group: PlanGroup

    def weigh(self, chosen: Selection) -> Weighed:
        if self.group.plan_id != chosen.plan.pk:
            raise refuse("foreign", _("Choose a group of this document."), "/group")
        weighed = Weighed()
        for task in chosen.tasks:
            if task.group_id == self.group.pk:
                weighed.pass_over("same", task.number)
            else:
                weighed.changes.append([task.pk, task.group_id])
        return weighed

    def do(self, chosen: Selection, weighed: Weighed, *, by: User) -> dict[str, Any]:
        regroup({task: self.group.pk for task, _before in weighed.changes})
        return {"groups": weighed.changes, "group": self.group.pk}

    def facts(self) -> dict[str, Any]:
        return {"group": self.group.number}

    @staticmethod
    def touched(moved: dict[str, Any]) -> list[int]:
        return [task for task, _before in moved["groups"]]

    @staticmethod
    def as_left(moved: dict[str, Any]) -> "QuerySet[Task]":
        return Task.objects.filter(pk__in=GroupAct.touched(moved), group=moved["group"])

    @staticmethod
    def take_back(done: PlanAct, _by: User, /) -> None:
        regroup(dict(done.moved["groups"]))


def regroup(group_of: dict[int, int]) -> None:
    """Task → its new group, with the figures of the group it leaves and of the new one."""
    moved = list(Assignment.objects.filter(task__in=group_of).select_related("task"))
    before_replanning(moved)
    tasks = [Task(pk=task, group_id=group) for task, group in group_of.items()]
    Task.objects.bulk_update(tasks, ["group"], batch_size=500)
    if moved:
        mark_figures(moved)
    recalculation.touch_generation()


@dataclass(frozen=True)
class TargetAct(Act):
    kind = PlanAct.Kind.TARGET
    of_tasks = True

    target: Target

    def weigh(self, chosen: Selection) -> Weighed:
        if not targets_for(chosen.plan).filter(pk=self.target.pk).exists():
            text = _("Choose targets of this document or of those it implements.")
            raise refuse("foreign", text, "/target")
        had = set(self.target.tasks.values_list("pk", flat=True))
        weighed = Weighed()
        for task in chosen.tasks:
            if task.pk in had:
                weighed.pass_over("same", task.number)
            else:
                weighed.changes.append(task.pk)
        return weighed

    def do(self, chosen: Selection, weighed: Weighed, *, by: User) -> dict[str, Any]:
        self.target.tasks.add(*weighed.changes)
        recalculation.touch_generation()
        return {"tasks": weighed.changes, "target": self.target.pk}

    def facts(self) -> dict[str, Any]:
        return {"target": self.target.code}

    @staticmethod
    def touched(moved: dict[str, Any]) -> list[int]:
        return list(moved["tasks"])

    @staticmethod
    def as_left(moved: dict[str, Any]) -> "QuerySet[Task]":
        return Task.objects.filter(pk__in=moved["tasks"], targets=moved["target"])

    @staticmethod
    def take_back(done: PlanAct, _by: User, /) -> None:
        links = Task.targets.through.objects.filter(target=done.moved["target"])
        links.filter(task__in=done.moved["tasks"]).delete()
        recalculation.touch_generation()
