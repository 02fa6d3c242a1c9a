"""A report as it was frozen, what came later beside it, and its files."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.text.language import in_language
from core.web.requests import download, read_key
from reports.content.figures import Moved
from reports.content.report import rows_in
from reports.files.blocks import named
from reports.files.named import file_name, files
from reports.files.parts import blocks_of
from reports.files.pdf import makes_pdf
from reports.frozen.comparison import between
from reports.frozen.corrections import corrections_of
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


@require_safe
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """As it was frozen; what came later stands beside it. ``?figure=`` opens the rows of one."""
    report = report_of(request, pk)
    key = request.GET.get("figure", "")
    behind = set(report.figures["figures"].get(key, ())) if key else set()
    before = FrozenReport.objects.filter(pk=report.figures["before"] or 0).first()
    versions = FrozenReport.objects.filter(period=report.period_id, area=report.area_id)
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
        "corrections": corrections_of(report),
        "statuses": STATUSES,
        "before": before,
        "since": len(between(before, report)) if before else 0,
        "makes_pdf": makes_pdf(),
        "versions": versions.defer("figures").order_by("version"),
    }
    return render(request, "reports/report.html", context)


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
def report_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Word, Excel, text, PDF, or the page for the chair: the names of ``reports.files.named``."""
    report, makers = report_of(request, pk), files()
    if name not in makers:
        raise Http404
    return download(makers[name](report), file_name(report, name))
