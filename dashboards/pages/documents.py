"""Documents: what each assigns, what it implements, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards.frame.day import Asked, read_asked
from dashboards.frame.serving import serve
from dashboards.pages.targets import TargetLine, target_lines
from dashboards.sums.counts import Compared, added, compared, illustrative_plans
from provinces.models import Area, Phase, Plan, PlanGroup
from targets.models import Target
from tasks.models import Completion


@dataclass(frozen=True)
class DocumentLine:
    plan: Plan
    is_illustrative: bool
    targets: int
    tasks: Compared
    commune_tasks: Compared


@dataclass(frozen=True)
class GroupLine:
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


def documents(asked: Asked) -> list[DocumentLine]:
    """Documents issued by the day (three SQL queries)."""
    rows = Plan.objects.filter(issued_on__lte=asked.day).select_related("area", "implements")
    counts = compared(Completion.objects.all(), ("plan", "area__level"), asked.day, asked.compared)
    made_up = illustrative_plans()
    return [
        DocumentLine(plan, plan.pk in made_up, plan.target_count, *_by_level(counts, plan.pk))
        for plan in rows.annotate(target_count=Count("targets"))
    ]


def _by_level(counts: dict[tuple[int, str], Compared], plan_id: int) -> tuple[Compared, Compared]:
    """The plan's tasks, and its assignments to communes."""
    own = [(level, value) for (plan, level), value in counts.items() if plan == plan_id]
    communes = Area.Level.COMMUNE
    return (
        added(value for level, value in own if level != communes),
        added(value for level, value in own if level == communes),
    )


def document_detail(plan_id: int, asked: Asked) -> DocumentDetail:
    """Seven SQL queries. Raises Http404 where there is none, or not yet on that day."""
    found = Plan.objects.filter(pk=plan_id, issued_on__lte=asked.day)
    plan = found.select_related("area", "implements", "standing_agency").first()
    if plan is None:
        raise Http404
    rows = Completion.objects.filter(plan=plan)
    counts = compared(rows, ("group", "area__level"), asked.day, asked.compared)
    targets = target_lines(Target.objects.filter(plan=plan), asked.day, asked.compared)
    implemented_by = plan.implemented_by.filter(issued_on__lte=asked.day)
    return DocumentDetail(
        asked=asked,
        plan=plan,
        is_illustrative=plan.pk in illustrative_plans(),
        phases=tuple(plan.phases.all()),
        groups=tuple(_groups(plan.groups.all(), counts)),
        implemented_by=tuple(implemented_by),
        targets=tuple(targets),
        tasks=_sum(counts, of_communes=False),
        commune_tasks=_sum(counts, of_communes=True),
    )


def _groups(
    groups: Iterable[PlanGroup], counts: dict[tuple[int, str], Compared]
) -> Iterable[GroupLine]:
    for group in groups:
        yield GroupLine(group, added(v for (pk, _level), v in counts.items() if pk == group.pk))


def _sum(counts: dict[tuple[int, str], Compared], *, of_communes: bool) -> Compared:
    return added(
        value
        for (_group, level), value in counts.items()
        if (level == Area.Level.COMMUNE) is of_communes
    )


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    asked = read_asked(request.GET)
    return serve(
        request,
        "dashboards/documents.html",
        asked,
        lambda: {"title": _("Documents"), "lines": documents(asked)},
    )


@require_safe
def document_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    asked = read_asked(request.GET)

    def context() -> dict[str, object]:
        page = document_detail(plan_id, asked)
        return {"title": page.plan.number, "page": page}

    return serve(request, "dashboards/document.html", asked, context, variant=(plan_id,))
