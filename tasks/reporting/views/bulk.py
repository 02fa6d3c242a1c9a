"""Pages for many assignments at once, ticked on the list: a report, or a document."""

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy
from django.views.decorators.http import require_POST

from core.calendar import clock
from core.models import User
from core.web.requests import user_of
from provinces.permissions import Permission, require
from tasks.reporting import bulk, evidence
from tasks.reporting.bulk import (
    UNCHANGED,
    BulkOutcome,
    BulkRow,
    Chosen,
    back_to_list,
    chosen_again,
    chosen_rows,
)
from tasks.reporting.evidence import Proof
from tasks.reporting.forms import DocumentForm, ManyForm

_PASSED_OVER = {
    "already_ended": ngettext_lazy(
        "%(n)d task that has ended was passed over.",
        "%(n)d tasks that have ended were passed over.",
        "n",
    ),
    "waits": ngettext_lazy(
        "%(n)d report that waits for its answer was left as it is.",
        "%(n)d reports that wait for their answer were left as they are.",
        "n",
    ),
}


@require_POST
def attach_document(request: HttpRequest) -> HttpResponse:
    """Show the form for the ticked tasks; with ``save``, attach the document to all of them."""
    user = user_of(request)
    rows = [row for row, _version in chosen_rows(request, user)]
    if not rows:
        messages.error(request, _("Nothing was ticked. Tick the tasks you mean, then try again."))
        return redirect(back_to_list(request))
    for row in rows:
        require(user, Permission.REPORT_STATUS, row)
    form = DocumentForm(request.POST, request.FILES) if "save" in request.POST else DocumentForm()

    def save() -> None:
        given = dict(form.cleaned_data)
        proof = Proof(
            number=given.pop("number").strip(), link=given.pop("link"), file=given.pop("file")
        )
        evidence.attach_document(rows, by=user, proof=proof, **given)

    if form.saved(save):
        words = ngettext(
            "The document was attached to %(n)d task.",
            "The document was attached to %(n)d tasks.",
            len(rows),
        )
        messages.success(request, words % {"n": len(rows)})
        return redirect(back_to_list(request))
    context = {
        "rows": rows,
        "form": form,
        "back": request.POST.get("back", ""),
        "back_url": back_to_list(request),
    }
    return render(request, "tasks/reporting/document.html", context, status=form.status)


@require_POST
def report_many(request: HttpRequest) -> HttpResponse:
    """Report at once with ``now=unchanged``, report the form with ``save``, else show the form."""
    user = user_of(request)
    rows = chosen_rows(request, user)
    if not rows:
        messages.error(request, _("Nothing was ticked. Tick the tasks you mean, then try again."))
        return redirect(back_to_list(request))
    if request.POST.get("now") == UNCHANGED:
        return _save(request, user, rows, BulkRow(UNCHANGED, clock.today()))
    if "save" not in request.POST:
        return _page(request, rows, _blank("in_progress"))
    form = ManyForm(request.POST)
    if not form.is_valid():
        return _page(request, rows, form, status=form.status)
    given = dict(form.cleaned_data)
    proof = Proof(number=given.pop("evidence_number"))
    return _save(request, user, rows, BulkRow(**given, proof=proof))


def _save(request: HttpRequest, user: User, rows: Chosen, ask: BulkRow) -> HttpResponse:
    """Redirect to the list when every row was taken, else show those that were refused."""
    outcomes = bulk.report_many(rows, ask, by=user)
    refused = [outcome for outcome in outcomes if outcome.faults]
    passed = Counter(outcome.passed_over for outcome in outcomes if outcome.passed_over)
    done = len(outcomes) - len(refused) - passed.total()
    if done:
        words = ngettext("%(n)d task was updated.", "%(n)d tasks were updated.", done) % {"n": done}
        messages.success(request, words)
    if passed:
        # One line for all of which "no change" says nothing.
        told = [_PASSED_OVER[code] % {"n": number} for code, number in passed.items()]
        messages.info(request, " ".join(told))
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
    refused: Sequence[BulkOutcome] = (),
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
    return render(request, "tasks/reporting/many.html", context, status=status)
