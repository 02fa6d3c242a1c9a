"""Label, tone and icon of each state of an assignment. Colour is never the only sign."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tasks.models.assignment import Waiting
from tasks.states import State


@dataclass(frozen=True)
class Sign:
    """``tone`` is one of done, good, warn, bad, none; ``icon`` a symbol of the sprite."""

    label: str | Promise
    tone: str
    icon: str


STATUSES: Mapping[str, Sign] = {
    "completed_on_time": Sign(_("Completed on time"), "done", "done"),
    "completed_late": Sign(_("Completed late"), "done", "clock"),
    "in_progress_on_schedule": Sign(_("In progress, on schedule"), "good", "good"),
    "not_started_on_schedule": Sign(_("Not started, on schedule"), "none", "idle"),
    "in_progress_overdue": Sign(_("In progress, overdue"), "bad", "bad"),
    "not_started_overdue": Sign(_("Not started, overdue"), "bad", "worst"),
    "ongoing": Sign(_("Ongoing"), "good", "unsure"),
    "cancelled": Sign(_("Cancelled"), "none", "cancelled"),
}
"""In the order of a split bar: done, then open, then what does not count."""

BESIDE_DEADLINE: Mapping[str, Sign] = {
    **STATUSES,
    **{
        f"{state}_{pace}": replace(STATUSES[f"{state}_{pace}"], label=state.label)
        for state in (State.IN_PROGRESS, State.NOT_STARTED)
        for pace in ("on_schedule", "overdue")
    },
}
"""Shorter, where the days late or left stand beside it."""
WAITING: Mapping[str, Sign] = {
    Waiting.AGENCY: Sign(Waiting.AGENCY.label, "none", "clock"),
    Waiting.REVIEW: Sign(Waiting.REVIEW.label, "none", "clock"),
    Waiting.RETURNED: Sign(Waiting.RETURNED.label, "warn", "warn"),
}
STATES: Mapping[str, Sign] = {
    State.NOT_STARTED: Sign(State.NOT_STARTED.label, "none", "idle"),
    State.IN_PROGRESS: Sign(State.IN_PROGRESS.label, "good", "good"),
    State.COMPLETED: Sign(State.COMPLETED.label, "done", "done"),
    State.CANCELLED: Sign(State.CANCELLED.label, "none", "cancelled"),
}
DECISIONS: Mapping[str, Sign] = {
    "accepted": Sign(_("Accepted"), "done", "done"),
    "returned": Sign(_("Returned"), "warn", "warn"),
    "approved": Sign(_("Approved by the agency"), "good", "good"),
    "undone": Sign(_("Decision taken back"), "none", "cancelled"),
}
EXTENSIONS: Mapping[str, Sign] = {
    "": Sign(_("waiting for a decision"), "none", "clock"),
    "granted": Sign(_("granted"), "done", "done"),
    "refused": Sign(_("refused"), "warn", "warn"),
}
DUE_SOON = Sign(_("Due soon"), "warn", "clock")
SIGNS: Mapping[str, Mapping[str, Sign]] = {
    "status": STATUSES,
    "beside_deadline": BESIDE_DEADLINE,
    "waiting": WAITING,
    "state": STATES,
    "decision": DECISIONS,
    "extension": EXTENSIONS,
}
