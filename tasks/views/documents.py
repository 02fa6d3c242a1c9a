"""One document attached to all the tasks that were ticked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.web.http import user_of
from provinces.permissions import Permission, require
from tasks.forms import DocumentForm
from tasks.services import documents
from tasks.services.evidence import Proof
from tasks.views.chosen import back_to_list, chosen_rows


@require_POST
def attach_document(request: HttpRequest) -> HttpResponse:
    """The form for the ticked tasks; with ``save`` the document is attached to all of them."""
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
        documents.attach_document(rows, by=user, proof=proof, **given)

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
    return render(request, "tasks/document.html", context, status=form.status)
