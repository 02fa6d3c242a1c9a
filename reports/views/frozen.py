"""A report as it was frozen, what came later beside it, and its files."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.text.language import in_language
from core.web.requests import download, read_key, user_of
from provinces.permissions import Permission, has_permission, require
from reports.content.figures import Moved
from reports.content.report import rows_in
from reports.files.blocks import named
from reports.files.named import file_name, files
from reports.files.parts import blocks_of
from reports.files.pdf import makes_pdf
from reports.forms import SignedForm
from reports.frozen.comparison import between
from reports.frozen.corrections import corrections_of
from reports.frozen.signed import put_back
from reports.models import FrozenReport
from reports.views.found import report_of
from tasks.labels import STATUSES

_OTHERS_SHOWN = 60
_FOLD_NAMES: Mapping[tuple[str, str], str | Promise] = {
    ("agencies", "total"): gettext_lazy("Tasks"),
    ("agencies", "completed"): gettext_lazy("Completed"),
    ("agencies", "on_schedule"): gettext_lazy("On schedule"),
    ("agencies", "overdue"): gettext_lazy("Overdue"),
    ("communes", "total"): gettext_lazy("Commune assignments"),
    ("communes", "completed"): gettext_lazy("Completed by communes"),
    ("communes", "on_schedule"): gettext_lazy("On schedule in communes"),
    ("communes", "overdue"): gettext_lazy("Overdue in communes"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """As it was frozen; what came later stands beside it. ``?figure=`` opens the rows of one.

    A POST puts the number and the scan of the signed paper back on it.
    """
    report, user = report_of(request, pk), user_of(request)
    may_sign = has_permission(user, Permission.FREEZE_REPORT, report.area)
    form = SignedForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        require(user, Permission.FREEZE_REPORT, report.area)
        if form.saved(lambda: put_back(report, by=user, **form.cleaned_data)):
            messages.success(request, _("The signed paper is on its report."))
            return redirect(report)
    key = request.GET.get("figure", "")
    behind = set(report.figures["figures"].get(key, ())) if key else set()
    before = FrozenReport.objects.filter(pk=report.figures["before"] or 0).first()
    versions = FrozenReport.objects.filter(period=report.period_id, area=report.area_id)
    corrections = corrections_of(report)
    context = {
        "report": report,
        "blocks": named(blocks_of(report)),
        "figure": key,
        "behind": [
            {
                "row": row,
                "title": in_language(row.title_vi, row.title_en),
                "agency": in_language(row.agency_vi, row.agency_en),
                "sign": STATUSES[row.status],
            }
            for row in rows_in(report)
            if row.id in behind
        ],
        "corrections": corrections,
        "corrected": [
            {
                "row": line.row,
                "title": in_language(line.row.title_vi, line.row.title_en),
                "told": line,
            }
            for line in corrections.lines
        ],
        "statuses": STATUSES,
        "before": before,
        "since": len(between(before, report)) if before else 0,
        "makes_pdf": makes_pdf(),
        "may_sign": may_sign,
        "form": form,
        "signed": report.signed_copies.last(),
        "mails": report.mails.order_by("pk") if may_sign else [],
        "versions": versions.defer("figures").order_by("version"),
    }
    return render(request, "reports/report.html", context, status=form.status)


@require_safe
def comparison_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Row by row against another frozen report of the document and area: ``?with=``, or the one
    before."""
    report = report_of(request, pk)
    others = FrozenReport.objects.filter(period__plan=report.period.plan_id, area=report.area_id)
    others = others.exclude(pk=report.pk).select_related("period__plan")
    chosen = read_key(request.GET, "with") or report.figures["before"]
    found = between(get_object_or_404(others, pk=chosen), report) if chosen else None
    context = {
        "report": report,
        "others": others.defer("figures").order_by("-as_of", "-version")[:_OTHERS_SHOWN],
        "chosen": chosen,
        "found": found,
        "folds": [(_FOLD_NAMES[level, fold], *figures) for level, fold, *figures in found.folds()]
        if found
        else [],
        "parts": [
            (_("Completed between them"), _told(found.completed)),
            (_("Became overdue between them"), _told(found.late)),
            (_("Came to the document"), _told(found.came)),
            (_("Left the document"), _told(found.went)),
            (_("Changed otherwise"), _told(found.otherwise)),
        ]
        if found
        else [],
    }
    return render(request, "reports/comparison.html", context)


def _told(rows: Iterable[Moved]) -> list[dict[str, Any]]:
    """As the page's list wants them: both states as signs, None where the row stood in neither."""
    return [
        {
            "row": row,
            "title": in_language(row.title_vi, row.title_en),
            "agency": in_language(row.agency_vi, row.agency_en),
            "was": STATUSES.get(was),
            "now": STATUSES.get(now),
        }
        for row, was, now in rows
    ]


@require_safe
def signed_scan(request: HttpRequest, pk: int, kind: str) -> FileResponse:
    """The scan that holds, as an attachment."""
    signed = report_of(request, pk).signed_copies.last()
    if not signed or not signed.scan or signed.scan_kind != kind:
        raise Http404
    name = f"{signed.number}.{kind}".replace("/", "-")
    return FileResponse(signed.scan.open("rb"), as_attachment=True, filename=name)


@require_safe
def report_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Word, Excel, text, PDF, or the page for the chair: the names of ``reports.files.named``."""
    report, makers = report_of(request, pk), files()
    if name not in makers:
        raise Http404
    return download(makers[name](report), file_name(report, name))
