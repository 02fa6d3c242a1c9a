"""What an act is told to do, to leave alone and to take back, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tasks.models import PlanAct

_GIVEN = ngettext_lazy(
    "%(n)d assignment is withdrawn, and the task waits to be given again.",
    "%(n)d assignments are withdrawn, and their tasks wait to be given again.",
    "n",
)
WILL: Mapping[str, Promise] = {
    PlanAct.Kind.ASSIGN: ngettext_lazy(
        "%(n)d assignment will be made.", "%(n)d assignments will be made.", "n"
    ),
    PlanAct.Kind.DUE: ngettext_lazy(
        "%(n)d assignment gets this deadline.", "%(n)d assignments get this deadline.", "n"
    ),
    PlanAct.Kind.PERSON: ngettext_lazy(
        "%(n)d assignment gets this person.", "%(n)d assignments get this person.", "n"
    ),
    PlanAct.Kind.GROUP: ngettext_lazy(
        "%(n)d task moves to this group.", "%(n)d tasks move to this group.", "n"
    ),
    PlanAct.Kind.TARGET: ngettext_lazy(
        "%(n)d task is linked with this target.", "%(n)d tasks are linked with this target.", "n"
    ),
    PlanAct.Kind.CANCEL: ngettext_lazy(
        "%(n)d assignment will be cancelled.", "%(n)d assignments will be cancelled.", "n"
    ),
}
BACK: Mapping[str, Promise] = {
    PlanAct.Kind.ASSIGN: _GIVEN,
    PlanAct.Kind.FAN_OUT: _GIVEN,
    PlanAct.Kind.DUE: ngettext_lazy(
        "%(n)d assignment has its former deadline again; what was asked for is withdrawn.",
        "%(n)d assignments have their former deadlines again; what was asked for is withdrawn.",
        "n",
    ),
    PlanAct.Kind.PERSON: ngettext_lazy(
        "%(n)d assignment has its former responsible person again.",
        "%(n)d assignments have their former responsible persons again.",
        "n",
    ),
    PlanAct.Kind.GROUP: ngettext_lazy(
        "%(n)d task returns to its former group.", "%(n)d tasks return to their former groups.", "n"
    ),
    PlanAct.Kind.TARGET: ngettext_lazy(
        "%(n)d task is no longer linked with the target.",
        "%(n)d tasks are no longer linked with the target.",
        "n",
    ),
    PlanAct.Kind.CANCEL: ngettext_lazy(
        "%(n)d assignment stands as before; the cancellation and its undoing stay in the history.",
        "%(n)d assignments stand as before; the cancellation and its undoing stay in the history.",
        "n",
    ),
}
WHY: Mapping[str, Promise] = {
    "had": _("the agency has the task already"),
    "due_too_early": _("the deadline is before the day of assignment"),
    "ended": _("the work has ended"),
    "same": _("it is so already"),
    "asks": _("a request waits for its decision"),
    "waits": _("a report waits for its answer"),
    "needs_document": _("something was reported, so a document must move the deadline"),
    "not_later": _("something was reported, so the deadline moves to a later day only"),
    "no_deadline": _("something was reported, and the work has no deadline"),
    "other_agency": _("the person works at another agency"),
    "before_assigned": _("it was assigned after that day"),
    "later_report": _("a report holds from a later day"),
}
