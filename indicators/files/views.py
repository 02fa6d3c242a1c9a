"""Files of readings: send one, look at its preview, apply it."""

from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.calendar import clock
from core.calendar.period_words import read_period
from core.calendar.periods import parse_period
from core.errors import refuse
from core.models import User
from core.tables.forms import file_field
from core.tables.importing import steps
from core.tables.reader import TAKEN
from core.web.forms import PlainForm
from core.web.requests import download, user_of
from indicators.files import services
from indicators.files.forms import LayoutForm
from indicators.files.preview import PreviewRows
from indicators.files.table import rejected_csv
from indicators.files.template import MOST_ROWS, awaited_figures, form_of
from indicators.models import ImportJob, Indicator
from indicators.recording.validation import FIELDS
from indicators.scope import may_record_some
from provinces.models import Area

_SHOWN, _PAGE = 50, 50
STEPS = (("file", _("File")), ("names", _("Columns")), ("rows", _("Every row")))
_NEEDED = ("indicator", "area", "period", "value")


class FileForm(PlainForm):
    file = file_field(
        _("File"),
        _(
            "Excel (.xlsx, .xls), OpenDocument (.ods) or CSV in UTF-8, up to 50 MB; in Excel at "
            "most 250,000 rows."
        ),
        f"{TAKEN},.tsv,.txt",
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
            file, name=file.name, size=file.size, dry_run=True, mode=mode, by=user, asks=True
        )

    if form.saved(save):
        return redirect("reading_import", pk=form.outcome.pk)
    context = {
        "form": form,
        "jobs": services.jobs_of(user)[:_SHOWN],
        "steps": steps("file", {}, STEPS),
        "indicators": [one for one in Indicator.objects.all() if may_record_some(user, one)],
        "needed": _NEEDED,
        "others": [name for name in FIELDS if name not in _NEEDED],
    }
    return render(request, "indicators/files/imports.html", context, status=form.status)


@require_safe
def form_to_fill_in(request: HttpRequest) -> HttpResponseBase:
    """An Excel form for a period's figures of one indicator, or of all that the person records."""
    user = _sender(request)
    asked = request.GET.get("period", str(clock.today().year - 1))
    code, text = request.GET.get("indicator", ""), read_period(asked)
    if not text:
        detail = gettext("This is no period; write 2025, Q3/2025 or 10/2025.")
        raise refuse("invalid_period", detail, "/period")
    indicators = Indicator.objects.filter(code=code) if code else Indicator.objects.all()
    rows = list(islice(awaited_figures(user, indicators, parse_period(text)), MOST_ROWS))
    if not rows:
        detail = gettext("There is no figure of this period that you could send.")
        raise refuse("no_rows", detail, "/period")
    return download(form_of(rows), f"so-lieu-{text.replace('/', '_')}.xlsx")


@never_cache
@require_safe
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    job = _job(request, pk)
    if job.state == ImportJob.State.ASKING:
        return redirect("import_columns", pk=pk)
    rejected, warnings = list(job.rejected_rows.all()[:_SHOWN]), job.warnings[:_SHOWN]
    page: Page[Any] | None = None
    if job.dry_run and job.state == ImportJob.State.DONE and job.table:
        rows: Any = PreviewRows(job)
        page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    before = {"names": reverse("import_columns", args=[pk])} if job.found and job.dry_run else {}
    context = {
        "job": job,
        "rejected": [(job.place(row.row, row.cells), row) for row in rejected],
        "warnings": [(job.place(one["row"], one["cells"]), one) for one in warnings],
        "beside": ":-2" if job.table else ":",
        "steps": steps("rows", before, STEPS) if job.asks else (),
        "page": page,
    }
    return render(request, "indicators/files/import.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is what, where it was not sure or is to be changed."""
    job = _job(request, pk)
    if not job.found or not job.dry_run:
        return redirect("reading_import", pk=pk)
    form = LayoutForm(request.POST or None, found=job.found)
    if form.saved(lambda: services.answer(job, form.answers(), by=user_of(request))):
        return redirect("reading_import", pk=form.outcome.pk)
    context = {
        "job": job,
        "form": form,
        "areas": Area.objects.active().exclude(level=Area.Level.COMMUNE).order_by("path"),
        "indicators": Indicator.objects.all(),
        "steps": steps("names", {}, STEPS),
    }
    return render(request, "indicators/files/import_columns.html", context, status=form.status)


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
