"""Many assignments at once: ticked on the list, asked about on one page, told one by one."""

from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.calendar import clock
from core.models import User
from core.web.http import user_of
from tasks.forms import ManyForm
from tasks.services import many
from tasks.services.evidence import Proof
from tasks.services.many import UNCHANGED, Ask, Outcome
from tasks.views.chosen import Chosen, back_to_list, chosen_again, chosen_rows


@require_POST
def report_many(request: HttpRequest) -> HttpResponse:
    """``now=unchanged`` reports at once, ``save`` what the form says; else the form is shown."""
    user = user_of(request)
    rows = chosen_rows(request, user)
    if not rows:
        messages.error(request, _("Nothing was ticked. Tick the tasks you mean, then try again."))
        return redirect(back_to_list(request))
    if request.POST.get("now") == UNCHANGED:
        return _save(request, user, rows, Ask(UNCHANGED, clock.today()))
    if "save" not in request.POST:
        return _page(request, rows, _blank("in_progress"))
    form = ManyForm(request.POST)
    if not form.is_valid():
        return _page(request, rows, form, status=form.status)
    given = dict(form.cleaned_data)
    proof = Proof(number=given.pop("evidence_number"))
    return _save(request, user, rows, Ask(**given, proof=proof))


def _save(request: HttpRequest, user: User, rows: Chosen, ask: Ask) -> HttpResponse:
    """On with the list when every row was taken, else the refused ones with their reasons."""
    outcomes = many.report_many(rows, ask, by=user)
    refused = [outcome for outcome in outcomes if outcome.faults]
    done = len(outcomes) - len(refused)
    if done:
        words = ngettext("%(n)d task was updated.", "%(n)d tasks were updated.", done) % {"n": done}
        messages.success(request, words)
    if not refused:
        return redirect(back_to_list(request))
    left = chosen_again(refused)
    form = ManyForm(request.POST) if "save" in request.POST else _blank(ask.state)
    return _page(request, left, form, refused, HTTPStatus.UNPROCESSABLE_ENTITY)


def _blank(state: str) -> ManyForm:
    return ManyForm(initial={"state": state, "effective_on": clock.today()})


def _page(
    request: HttpRequest,
    rows: Chosen,
    form: ManyForm,
    refused: Sequence[Outcome] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    today = clock.today()
    faults = {outcome.assignment.pk: outcome.faults for outcome in refused}
    context = {
        "items": [
            {
                "assignment": row,
                "version": version,
                "days_overdue": row.days_overdue(today),
                "faults": faults.get(row.pk, ()),
            }
            for row, version in rows
        ],
        "any_overdue": any(row.is_overdue(today) for row, _version in rows),
        "refused": len(refused),
        "form": form,
        "back": request.POST.get("back", ""),
        "back_url": back_to_list(request),
    }
    return render(request, "tasks/many.html", context, status=status)
