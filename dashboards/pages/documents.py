"""Documents: what each assigns, what it implements, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.web.public import open_to_all, reader_of
from dashboards.frame.day import Asked, read_asked
from dashboards.frame.serving import serve
from dashboards.pages.not_issued import not_issued
from dashboards.pages.targets import TargetLine, target_lines
from dashboards.sums.counts import Compared, added, compared, has_illustrative
from dashboards.work.finding import Finding
from dashboards.work.reporting import reporting_finding
from dashboards.work.whose import agency_finding
from provinces.models import Phase, Plan, PlanGroup
from provinces.permissions import Caller
from targets.models import Target
from tasks.models import ProvinceSum


@dataclass(frozen=True)
class DocumentLine:
    plan: Plan
    is_illustrative: bool
    targets: int
    tasks: Compared
    commune_tasks: Compared


@dataclass(frozen=True)
class GroupLine:
    """Of tasks; of assignments of communes where the document has no others."""

    group: PlanGroup
    counts: Compared


@dataclass(frozen=True)
class DocumentDetail:
    asked: Asked
    plan: Plan
    is_illustrative: bool
    phases: tuple[Phase, ...]
    groups: tuple[GroupLine, ...]
    implemented_by: tuple[Plan, ...]
    targets: tuple[TargetLine, ...]
    tasks: Compared
    commune_tasks: Compared
    whose: Finding
    reporting: Finding

    @property
    def has_counts(self) -> bool:
        return any(one.counts.now.total or one.counts.before.total for one in self.groups)

    @property
    def level(self) -> str:
        """Whose rows the groups count."""
        return "agencies" if self.tasks.now.total else "communes"


def documents(asked: Asked) -> list[DocumentLine]:
    """Documents issued by the day (two SQL queries)."""
    rows = Plan.objects.filter(issued_on__lte=asked.day).select_related("area", "implements")
    counts = compared(ProvinceSum.objects.all(), ("plan", "of_communes"), asked)
    lines = []
    for plan in rows.annotate(target_count=Count("targets"), made_up=has_illustrative("pk")):
        own = ((of, value) for (pk, of), value in counts.items() if pk == plan.pk)
        lines.append(DocumentLine(plan, plan.made_up, plan.target_count, *_apart(own)))
    return lines


def document_detail(reader: Caller, plan_id: int, asked: Asked) -> DocumentDetail:
    """Eighteen SQL queries at most. Raises Http404 where there is none, or not yet on that day."""
    found = Plan.objects.filter(pk=plan_id, issued_on__lte=asked.day)
    found = found.annotate(made_up=has_illustrative("pk"))
    plan = found.select_related("area", "implements", "standing_agency").first()
    if plan is None:
        raise Http404
    counts = compared(ProvinceSum.objects.filter(plan=plan), ("group", "of_communes"), asked)
    targets = target_lines(
        Target.objects.filter(plan=plan), asked.day, asked.compared, asked.known_at
    )
    tasks, commune_tasks = _apart((of, value) for (_pk, of), value in counts.items())
    of_tasks = tasks.now.total > 0
    shown = {key: n for key, n in counts.items() if key[1] is not of_tasks}
    groups = tuple(
        GroupLine(group, added(value for (pk, _of), value in shown.items() if pk == group.pk))
        for group in plan.groups.all()
    )
    return DocumentDetail(
        asked=asked,
        plan=plan,
        is_illustrative=plan.made_up,
        phases=tuple(plan.phases.all()),
        groups=groups,
        implemented_by=tuple(plan.implemented_by.filter(issued_on__lte=asked.day)),
        targets=tuple(targets),
        tasks=tasks,
        commune_tasks=commune_tasks,
        whose=agency_finding(plan, plan.area, asked.day),
        reporting=reporting_finding(plan, plan.area, asked.day, reader),
    )


def _apart(counts: Iterable[tuple[bool, Compared]]) -> tuple[Compared, Compared]:
    """Of tasks, and of assignments to communes: the two are counted apart."""
    found = list(counts)
    tasks, communes = (
        added(value for of, value in found if of is is_it) for is_it in (False, True)
    )
    return tasks, communes


@open_to_all
@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request.GET)

    def context() -> dict[str, object]:
        lines = documents(asked)
        made_up = any(line.is_illustrative for line in lines)
        return {"title": _("Documents"), "lines": lines, "is_illustrative": made_up}

    return serve(
        request,
        "dashboards/documents.html",
        asked,
        context,
        obeys_known_at=True,
    )


@open_to_all
@require_safe
def document_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    reader, asked = reader_of(request), read_asked(request.GET)

    def context() -> dict[str, object]:
        page = document_detail(reader, plan_id, asked)
        return {"title": page.plan.number, "page": page}

    try:
        return serve(
            request,
            "dashboards/document.html",
            asked,
            context,
            variant=(plan_id,),
            obeys_known_at=True,
        )
    except Http404:
        later = Plan.objects.filter(pk=plan_id).first()
        if later is None:
            raise
        return not_issued(request, asked, later, later.number)
