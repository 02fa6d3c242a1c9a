"""Acts on assignments: their deadline, the responsible person, their end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.calendar import clock
from core.errors import Refused, refuse
from core.models import User
from core.queue import recalculation
from tasks.models import Assignment, ExtensionRequest, PlanAct
from tasks.models.assignment import IN_REVIEW, Waiting
from tasks.planning.table.acts import Act, Weighed, first_of, name_of
from tasks.planning.table.rows import Selection
from tasks.planning.tasks import mark_figures
from tasks.reporting.cancelling import AT_ONCE, HeldBefore, cancel_all, no_reason, restore_all
from tasks.reporting.evidence import Proof, faults_of
from tasks.status.history import keep_spans, refresh


@dataclass(frozen=True)
class DueAct(Act):
    """While nothing was reported the day is corrected. From then on more time is asked for, with
    the ``document`` that gives it, and the standing agency decides as on every request."""

    kind = PlanAct.Kind.DUE

    due_on: date
    document: str = ""

    def weigh(self, chosen: Selection) -> Weighed:
        weighed = Weighed()
        for row in chosen.assignments:
            if why := self._why_not(row):
                weighed.pass_over(why, name_of(row))
            else:
                before = row.due_on and row.due_on.isoformat()
                weighed.changes.append([row.pk, before, row.reported])
        return weighed

    def _why_not(self, row: Any) -> str:
        return first_of(
            {
                "ended": not row.is_open,
                "same": row.due_on == self.due_on,
                "before_assigned": self.due_on < row.assigned_on,
                "asks": row.asks,
                "no_deadline": row.reported and not row.due_on,
                "needs_document": row.reported and not self.document.strip(),
                "not_later": row.reported and row.due_on and self.due_on < row.due_on,
            }
        )

    def do(self, chosen: Selection, weighed: Weighed, *, by: User) -> dict[str, Any]:
        set_days({pk: self.due_on for pk, _before, reported in weighed.changes if not reported})
        asking = [pk for pk, _before, reported in weighed.changes if reported]
        ask_for_more_time(asking, self.due_on, document=self.document.strip(), by=by)
        return {"days": weighed.changes, "due_on": self.due_on.isoformat()}

    def facts(self) -> dict[str, Any]:
        return {"due_on": self.due_on.isoformat(), "document": self.document.strip()}

    @staticmethod
    def touched(moved: dict[str, Any]) -> list[int]:
        return [pk for pk, _before, _reported in moved["days"]]

    @staticmethod
    def as_left(moved: dict[str, Any]) -> "QuerySet[Assignment]":
        """Corrected rows with the new day, and those whose request still waits."""
        asked = ExtensionRequest.objects.filter(decision=ExtensionRequest.Decision.PENDING)
        waits = Exists(asked.filter(assignment=OuterRef("pk"), new_due_on=moved["due_on"]))
        rows = Assignment.objects.filter(pk__in=DueAct.touched(moved))
        return rows.filter(Q(original_due_on=moved["due_on"]) | waits)

    @staticmethod
    def take_back(done: PlanAct, by: User, /) -> None:
        """Corrected days return; what was asked for is withdrawn."""
        set_days(
            {
                pk: before and date.fromisoformat(before)
                for pk, before, reported in done.moved["days"]
                if not reported
            }
        )
        asking = [pk for pk, _before, reported in done.moved["days"] if reported]
        ExtensionRequest.objects.filter(
            assignment__in=asking, decision=ExtensionRequest.Decision.PENDING
        ).update(
            decision=ExtensionRequest.Decision.REFUSED,
            decision_note=_("Whoever asked took it back."),
            decided_by=by,
            decided_on=clock.today(),
            decided_at=clock.now(),
        )
        refresh(asking)
        recalculation.touch_generation()


def set_days(day_of: dict[int, date | None]) -> None:
    """Assignment → its deadline, where nothing was reported yet."""
    rows = list(Assignment.objects.filter(pk__in=day_of))
    for row in rows:
        row.original_due_on = row.due_on = day_of[row.pk]
    Assignment.objects.bulk_update(rows, ["original_due_on", "due_on"], batch_size=AT_ONCE)
    if rows:
        keep_spans([row.pk for row in rows])
        mark_figures(rows)


def ask_for_more_time(ids: Sequence[int], day: date, *, document: str, by: User) -> None:
    now = clock.now()
    asked = [
        ExtensionRequest(
            assignment_id=pk, new_due_on=day, reason=document, requested_by=by, requested_at=now
        )
        for pk in ids
    ]
    ExtensionRequest.objects.bulk_create(asked, batch_size=AT_ONCE)
    refresh(ids)


@dataclass(frozen=True)
class PersonAct(Act):
    """An account of the agency, or a name and office in words."""

    kind = PlanAct.Kind.PERSON

    responsible: User | None
    responsible_text: str = ""

    def weigh(self, chosen: Selection) -> Weighed:
        text = self.responsible_text.strip()
        if not self.responsible and not text:
            raise refuse("person_missing", _("Say who is responsible."), "/responsible_text")
        works_at = set()
        if self.responsible:
            works_at = set(self.responsible.memberships.values_list("agency_id", flat=True))
        wanted = (self.responsible and self.responsible.pk, text)
        weighed = Weighed()
        for row in chosen.assignments:
            if not row.is_open:
                weighed.pass_over("ended", name_of(row))
            elif (row.responsible_id, row.responsible_text) == wanted:
                weighed.pass_over("same", name_of(row))
            elif self.responsible and not works_at & {row.agency_id, row.agency.heir.pk}:
                weighed.pass_over("other_agency", name_of(row))
            else:
                weighed.changes.append([row.pk, row.responsible_id, row.responsible_text])
        return weighed

    def do(self, chosen: Selection, weighed: Weighed, *, by: User) -> dict[str, Any]:
        text = self.responsible_text.strip()
        rows = Assignment.objects.filter(pk__in=[pk for pk, *_before in weighed.changes])
        rows.update(responsible=self.responsible, responsible_text=text)
        recalculation.touch_generation()
        person = self.responsible and self.responsible.pk
        return {"people": weighed.changes, "person": person, "text": text}

    def facts(self) -> dict[str, Any]:
        return {
            "responsible": self.responsible and self.responsible.username,
            "responsible_text": self.responsible_text.strip(),
        }

    @staticmethod
    def touched(moved: dict[str, Any]) -> list[int]:
        return [pk for pk, *_before in moved["people"]]

    @staticmethod
    def as_left(moved: dict[str, Any]) -> "QuerySet[Assignment]":
        rows = Assignment.objects.filter(pk__in=PersonAct.touched(moved))
        return rows.filter(responsible=moved["person"], responsible_text=moved["text"])

    @staticmethod
    def take_back(done: PlanAct, _by: User, /) -> None:
        before = {pk: (person, text) for pk, person, text in done.moved["people"]}
        rows = list(Assignment.objects.filter(pk__in=before))
        for row in rows:
            row.responsible_id, row.responsible_text = before[row.pk]
        Assignment.objects.bulk_update(
            rows, ["responsible", "responsible_text"], batch_size=AT_ONCE
        )
        recalculation.touch_generation()


@dataclass(frozen=True)
class CancelAct(Act):
    """Open work ends with a reason and the document that ends it; ended work stays as it ended."""

    kind = PlanAct.Kind.CANCEL

    reason: str
    evidence_number: str
    effective_on: date

    def weigh(self, chosen: Selection) -> Weighed:
        if self.effective_on > clock.today():
            detail = _("The day has not come yet; choose today or earlier.")
            raise refuse("future_date", detail, "/effective_on")
        if not self.reason.strip():
            raise no_reason()
        if not self.evidence_number.strip():
            detail = _("Give the number of a document, a file or a link.")
            raise refuse("evidence_missing", detail, "/evidence_number")
        if faults := list(faults_of(self._proof)):
            raise Refused(faults)
        weighed = Weighed()
        for row in chosen.assignments:
            if why := self._why_not(row):
                weighed.pass_over(why, name_of(row))
            else:
                returned = row.waiting == Waiting.RETURNED
                weighed.changes.append([row.pk, row.state, row.percent, returned])
        return weighed

    @property
    def _proof(self) -> Proof:
        return Proof(number=self.evidence_number.strip())

    def _why_not(self, row: Any) -> str:
        return first_of(
            {
                "ended": not row.is_open,
                "waits": row.waiting in IN_REVIEW,
                "asks": row.asks,
                "before_assigned": self.effective_on < row.assigned_on,
                "later_report": row.last_said_on and row.last_said_on > self.effective_on,
            }
        )

    def do(self, chosen: Selection, weighed: Weighed, *, by: User) -> dict[str, Any]:
        ending = {pk for pk, *_before in weighed.changes}
        cancel_all(
            [row for row in chosen.assignments if row.pk in ending],
            reason=self.reason.strip(),
            proof=self._proof,
            on=self.effective_on,
            by=by,
        )
        return {"cancelled": weighed.changes, "on": self.effective_on.isoformat()}

    def facts(self) -> dict[str, Any]:
        return {
            "reason": self.reason.strip(),
            "evidence": self.evidence_number.strip(),
            "effective_on": self.effective_on.isoformat(),
        }

    @staticmethod
    def touched(moved: dict[str, Any]) -> list[int]:
        return [pk for pk, *_before in moved["cancelled"]]

    @staticmethod
    def as_left(moved: dict[str, Any]) -> "QuerySet[Assignment]":
        """Whatever happened to a cancelled one was reported or decided, and is a later fact."""
        return Assignment.objects.filter(pk__in=CancelAct.touched(moved))

    @staticmethod
    def take_back(done: PlanAct, by: User, /) -> None:
        rows = [HeldBefore(*row) for row in done.moved["cancelled"]]
        restore_all(done.plan, rows, on=date.fromisoformat(done.moved["on"]), by=by)
