"""For coordinators: the table of a document, an act told and confirmed, and its undoing."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.errors import Refused
from provinces.models import Agency, Plan
from tasks.models import Assignment, PlanAct
from tasks.planning.assigning import name_some
from tasks.planning.at_once import is_in_time
from tasks.planning.table import services
from tasks.planning.table.acts import Weighed
from tasks.planning.table.forms import FORMS, OF_TASKS
from tasks.planning.table.later import later_facts
from tasks.planning.table.rows import (
    OWN_SHELVES,
    TableQuery,
    assignments_of,
    free_tasks,
    leads_of,
    read_table_query,
    select,
    shelves_of,
)
from tasks.planning.table.services import last_act
from tasks.planning.table.words import BACK, WHY, WILL
from tasks.planning.views.lookups import agencies_of, manager, pick, planned
from tasks.reporting.bulk import ticked
from tasks.worklist.listing import rows_of
from tasks.worklist.query import DUES, LEVELS, PAGE_SIZES, SHELVES

_MOST_AGENCIES = 200


@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The number of queries does not depend on the number of rows."""
    user = manager(request)
    plan = planned(Plan, user, pk, area="area")
    asked, today = read_table_query(request.GET, plan), clock.today()
    counts = shelves_of(plan, asked)
    rows: Any = free_tasks(plan, asked) if asked.of_tasks else assignments_of(plan, asked)
    paginator = Paginator(rows, asked.words.page_size)
    paginator.count = counts[asked.shelf]  # Spares a query of its own.
    page = paginator.get_page(request.GET.get("page"))
    given = Assignment.objects.filter(task__plan=plan).values("agency")
    agencies = list(Agency.objects.filter(pk__in=given).order_by("name_key")[: _MOST_AGENCIES + 1])
    labels = {**OWN_SHELVES, **{shelf.key: shelf.label for shelf in SHELVES}}
    context = {
        "plan": plan,
        "asked": asked,
        "wanted": asked.words,
        "shelves": [(key, label, counts[key]) for key, label in labels.items()],
        "total": counts[asked.shelf],
        "page": page,
        "lines": list(page) if asked.of_tasks else rows_of(user, list(page), today),
        "leads": [
            (lead, free)
            for lead, free in leads_of(plan)
            if free or not asked.of_tasks or lead == asked.lead
        ],
        "groups": plan.groups.order_by("number"),
        "agencies": agencies if len(agencies) <= _MOST_AGENCIES else [],
        "dues": DUES,
        "levels": LEVELS,
        "page_sizes": PAGE_SIZES,
        "kinds": _kinds(asked),
        "all_ticked": request.GET.get("ticked") == "all",
        "last": last_act(plan),
    }
    return render(request, "tasks/planning/table/table.html", context)


def _kinds(asked: TableQuery) -> list[tuple[str, str]]:
    offered = OF_TASKS if asked.of_tasks else FORMS
    return [(kind, str(PlanAct.Kind(kind).label)) for kind in FORMS if kind in offered]


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what the act needs, say what will happen, and with ``save`` do that."""
    user, sent = manager(request), request.POST
    plan = planned(Plan, user, pk, area="area")
    asked = read_table_query(QueryDict(sent.get("back", "")), plan)
    back = f"{reverse('plan_table', args=[pk])}?{asked.kept}"
    kind = sent.get("act", "")
    chosen_ids = None if "all" in sent else ticked(sent, most=PAGE_SIZES[-1])
    chosen = select(plan, asked, chosen_ids)
    if kind not in dict(_kinds(asked)) or not len(chosen):
        messages.warning(request, _("Nothing was ticked. Tick the tasks you mean, then try again."))
        return redirect(back)
    asks = not {"look", "save", "search"} & sent.keys()
    form = FORMS[kind](None if asks else sent, chosen=chosen)
    picked = pick(request, agencies_of(plan)) if kind == PlanAct.Kind.ASSIGN else None
    agencies = picked.ticked if picked else []
    if "save" in sent and form.saved(
        lambda: services.do_act(
            plan,
            form.act(agencies),
            asked=asked,
            ticked=chosen_ids,
            seen=sent.get("seen", ""),
            by=user,
        )
    ):
        done: PlanAct = form.outcome
        words = _("Done: %(what)s (%(n)d).")
        messages.success(request, words % {"what": done.get_kind_display(), "n": done.count})
        return redirect(back)
    weighed = None
    if not asks and "search" not in sent and not form.errors.keys() - {"__all__"}:
        try:
            weighed = form.act(agencies).weigh(chosen)
        except Refused as refused:
            if not form.refused:
                form.add_faults(refused)
    context = {
        "plan": plan,
        "asked": asked,
        "chosen": chosen,
        "ticks": sorted(chosen_ids or ()),
        "act": PlanAct.Kind(kind),
        "form": form,
        "picked": picked,
        "back": back,
        "told": weighed,
        **(_told(kind, weighed, plan) if weighed else {}),
    }
    return render(
        request,
        "tasks/planning/table/act.html",
        context,
        status=HTTPStatus.OK if "search" in sent else form.status,
    )


def _told(kind: str, weighed: Weighed, plan: Plan) -> dict[str, Any]:
    """What will happen, in words; which rows are passed over, by the reason."""
    asking = kind == PlanAct.Kind.DUE and sum(bool(row[-1]) for row in weighed.changes)
    return {
        "will": WILL[PlanAct.Kind(kind)] % {"n": weighed.count},
        "asking": asking,
        "waits": kind == PlanAct.Kind.CANCEL
        and (plan.requires_review or plan.requires_agency_approval),
        "passed": [
            (len(names), WHY[why], name_some(names)) for why, names in weighed.passed.items()
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be taken back, or why it no longer can be; a POST takes it back."""
    user = manager(request)
    done = planned(PlanAct, user, pk, "by")
    back, status = reverse("plan_table", args=[done.plan_id]), HTTPStatus.OK
    refusal = ""
    if request.method == "POST":
        try:
            services.take_back(done, by=user)
        except Refused as refused:
            refusal, status = str(refused.faults[0].detail), HTTPStatus(refused.status)
        else:
            words = _("Taken back: %(what)s (%(n)d).")
            messages.success(request, words % {"what": done.get_kind_display(), "n": done.count})
            return redirect(back)
    context = {
        "done": done,
        "plan": done.plan,
        "will": BACK[PlanAct.Kind(done.kind)] % {"n": done.count},
        "back": back,
        "refusal": refusal,
        "in_time": is_in_time(done),
        "is_last": last_act(done.plan) == done,
        "later": later_facts(done) if is_in_time(done) else (),
    }
    return render(request, "tasks/planning/table/take_back.html", context, status=status)
