"""Files of readings: send one, look at its preview, apply it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.models import User
from core.web.forms import PlainForm
from core.web.requests import download, user_of
from indicators.files import services
from indicators.files.table import rejected_csv
from indicators.models import ImportJob
from indicators.recording.validation import FIELDS

_SHOWN = 50
_NEEDED = ("indicator", "area", "period", "value")


class FileForm(PlainForm):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV (UTF-8) or Excel .xlsx, up to 50 MB; in Excel at most 250,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    mode = forms.ChoiceField(
        label=_("Where a row is refused"),
        required=False,
        initial=ImportJob.Mode.ACCEPT_VALID,
        choices=[
            (ImportJob.Mode.ACCEPT_VALID, _("record the valid rows")),
            (ImportJob.Mode.ALL_OR_NOTHING, _("record nothing of the file")),
        ],
    )

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or ImportJob.Mode.ACCEPT_VALID


def _sender(request: HttpRequest) -> User:
    """Raises PermissionDenied."""
    user = user_of(request)
    if not services.may_import(user):
        raise PermissionDenied
    return user


def _job(request: HttpRequest, pk: int) -> ImportJob:
    """Raises Http404 for the import of another sender."""
    return get_object_or_404(services.jobs_of(_sender(request)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """The user's own imports, and the form for a new one, which begins with a preview."""
    user = _sender(request)
    form = FileForm(request.POST or None, request.FILES or None)

    def save() -> ImportJob:
        file, mode = form.cleaned_data["file"], form.cleaned_data["mode"]
        return services.submit(
            file, name=file.name, size=file.size, dry_run=True, mode=mode, by=user
        )

    if form.saved(save):
        return redirect("reading_import", pk=form.outcome.pk)
    context = {
        "form": form,
        "jobs": services.jobs_of(user)[:_SHOWN],
        "needed": _NEEDED,
        "others": [name for name in FIELDS if name not in _NEEDED],
    }
    return render(request, "indicators/imports.html", context, status=form.status)


@never_cache
@require_safe
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    job = _job(request, pk)
    rejected = job.rejected_rows.all()[:_SHOWN]
    context = {"job": job, "rejected": rejected, "warnings": job.warnings[:_SHOWN]}
    return render(request, "indicators/import.html", context)


@never_cache
@require_safe
def state(request: HttpRequest, pk: int) -> JsonResponse:
    """What the page asks every two seconds."""
    job = _job(request, pk)
    return JsonResponse(
        {
            "pending": job.is_open,
            "done": job.rows_done,
            "of": job.rows_total,
            "percent": job.percent,
        }
    )


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect("reading_import", pk=services.apply(_job(request, pk), by=user_of(request)).pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    services.cancel(_job(request, pk), by=user_of(request))
    return redirect("reading_import", pk=pk)


@require_safe
def rejected(request: HttpRequest, pk: int) -> HttpResponseBase:
    """As an attachment, row by row."""
    job = _job(request, pk)
    return download(rejected_csv(job), f"rejected-{job.pk}.csv")
