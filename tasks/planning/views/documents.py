"""For coordinators: their documents, each with its phases, groups and tasks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.calendar import clock
from core.db.conditions import any_of
from core.models import User
from core.text.numbers import whole
from core.web.forms import EditForm
from provinces.lookup import words_in
from provinces.models import Agency, Area, Phase, Plan, PlanGroup
from provinces.permissions import managed_paths
from provinces.plans import services
from provinces.plans.forms import GroupForm, PhaseForm, PlanForm
from targets.models import Target
from tasks.models import Assignment, Task
from tasks.planning.views.lookups import (
    delete_page,
    form_page,
    in_their_areas,
    manager,
    planned,
    saved_redirect,
)

PAGE_SIZE = 30
_LONGEST_SEARCH = 100
_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def planning_list(request: HttpRequest) -> HttpResponse:
    """The coordinator's documents: how much each assigns and how much of it is late."""
    plans = Plan.objects.filter(in_their_areas(manager(request))).select_related("area")
    page = Paginator(plans.order_by("-issued_on", "number"), PAGE_SIZE)
    found = page.get_page(request.GET.get("page"))
    # One pass for the page: with the documents in one statement it took six times as long.
    tasks = Task.objects.filter(plan__in=[plan.pk for plan in found]).order_by().values("plan")
    late = Q(assignments__in=Assignment.objects.overdue(clock.today()))
    counted = tasks.annotate(
        task_count=Count("pk", distinct=True),
        given=Count("assignments"),
        overdue=Count("assignments", filter=late),
    )
    counts = {row["plan"]: row for row in counted}
    for plan in found:
        for name in ("task_count", "given", "overdue"):
            setattr(plan, name, counts[plan.pk][name] if plan.pk in counts else 0)
    return render(request, "tasks/planning/planning.html", {"page": found})


@require_safe
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The number of queries does not depend on the number of tasks."""
    user = manager(request)
    plan = planned(Plan, user, pk, "implements", "standing_agency", area="area")
    tasks = Task.objects.filter(plan=plan).select_related("group", "phase")
    search, group = request.GET.get("q", "")[:_LONGEST_SEARCH], request.GET.get("group", "")
    if (number := whole(group)) is not None:
        tasks = tasks.filter(group__number=number)
    in_order = tasks.filter(words_in("search_text", search)).order_by(
        F("phase__number").asc(nulls_first=True), "number_key", "pk"
    )
    pages = Paginator(in_order.annotate(given=Count("assignments")), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "phases": plan.phases.annotate(task_count=Count("tasks")).order_by("number"),
        "groups": plan.groups.annotate(task_count=Count("tasks")).order_by("number"),
        "target_count": Target.objects.filter(plan=plan).count(),
        "search": search,
        "group": group,
        "page": page,
        "all_illustrative": all(task.is_illustrative for task in page),
    }
    return render(request, "tasks/planning/document.html", context)


@require_http_methods(_METHODS)
def new_plan(request: HttpRequest) -> HttpResponse:
    user = manager(request)
    plan, areas = Plan(), _areas(user)
    initial = {"issued_on": clock.today(), "area": areas.order_by("path").first()}
    form = PlanForm(
        request.POST or None,
        row=plan,
        areas=areas,
        initial=initial,
        agencies=_agencies(in_their_areas(user) & Q(successor=None)),
    )
    if form.saved(lambda: services.create_plan(plan, by=user, given=form.cleaned_data)):
        messages.success(request, _("The document was created. Now its groups and tasks."))
        return redirect("planning_document", plan.pk)
    back = (reverse("planning"), _("Documents and assignments"))
    return form_page(request, form, _("New document"), back)


@require_http_methods(_METHODS)
def change_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Its area is final once it has tasks or targets."""
    user = manager(request)
    plan = planned(Plan, user, pk, area="area")
    here = Q(area=plan.area_id, successor=None) | Q(pk=plan.standing_agency_id)
    areas = _areas(user) | Area.objects.filter(pk=plan.area_id)
    form = PlanForm(
        request.POST or None, row=plan, areas=areas.distinct(), agencies=_agencies(here)
    )
    if Task.objects.filter(plan=plan).exists() or Target.objects.filter(plan=plan).exists():
        form.fields["area"].disabled = True
        form.fields["area"].help_text = _("It has tasks or targets; the area stays.")
    if form.saved(
        lambda: services.change_plan(plan, by=user, given=form.cleaned_data, seen=form.seen)
    ):
        return saved_redirect(request, form, "planning_document", pk)
    back = (reverse("planning_document", args=[pk]), plan.number)
    return form_page(request, form, _("Change the document"), back)


@require_http_methods(_METHODS)
def delete_plan(request: HttpRequest, pk: int) -> HttpResponse:
    user = manager(request)
    plan = planned(Plan, user, pk, area="area")
    return delete_page(
        request,
        lambda: services.delete_plan(plan, by=user),
        f"{plan.number} – {plan.name}",
        done=reverse("planning"),
        back=reverse("planning_document", args=[pk]),
    )


def _areas(user: User) -> QuerySet[Area]:
    """The areas the user coordinates, and the units directly below those."""
    wanted = any_of(Q(path=path) | Q(parent__path=path) for path in managed_paths(user))
    return Area.objects.active().filter(wanted).order_by("level", "name_key")


def _agencies(wanted: Q) -> QuerySet[Agency]:
    """Agencies that may be the standing agency of a document; those of communes may not."""
    rows = Agency.objects.filter(wanted)
    return rows.exclude(area__level=Area.Level.COMMUNE).order_by("protocol_order", "name_key")


@require_http_methods(_METHODS)
def new_phase(request: HttpRequest, pk: int) -> HttpResponse:
    return _new(request, pk, Phase, PhaseForm, _("New phase"))


@require_http_methods(_METHODS)
def new_group(request: HttpRequest, pk: int) -> HttpResponse:
    return _new(request, pk, PlanGroup, GroupForm, _("New group"))


@require_http_methods(_METHODS)
def change_phase(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(request, planned(Phase, manager(request), pk), PhaseForm, _("Change the phase"))


@require_http_methods(_METHODS)
def change_group(request: HttpRequest, pk: int) -> HttpResponse:
    group = planned(PlanGroup, manager(request), pk)
    return _change(request, group, GroupForm, _("Change the group"))


@require_http_methods(_METHODS)
def delete_phase(request: HttpRequest, pk: int) -> HttpResponse:
    return _delete(request, planned(Phase, manager(request), pk))


@require_http_methods(_METHODS)
def delete_group(request: HttpRequest, pk: int) -> HttpResponse:
    return _delete(request, planned(PlanGroup, manager(request), pk))


def _new(
    request: HttpRequest, pk: int, model: type[Phase | PlanGroup], kind: type[EditForm], title: str
) -> HttpResponse:
    user = manager(request)
    plan = planned(Plan, user, pk, area="area")
    last = model._default_manager.filter(plan=plan).order_by("-number").first()
    part = model(plan=plan)
    initial = {"number": last.number + 1 if last else 1}
    form = kind(request.POST or None, row=part, initial=initial)
    if form.saved(lambda: services.create_part(part, by=user, given=form.cleaned_data)):
        return saved_redirect(request, form, "planning_document", pk)
    return form_page(request, form, title, _document(plan))


def _change(
    request: HttpRequest, part: Phase | PlanGroup, kind: type[EditForm], title: str
) -> HttpResponse:
    user = manager(request)
    form = kind(request.POST or None, row=part)
    if form.saved(
        lambda: services.change_part(part, by=user, given=form.cleaned_data, seen=form.seen)
    ):
        return saved_redirect(request, form, "planning_document", part.plan_id)
    delete = f"delete_{'phase' if isinstance(part, Phase) else 'group'}"
    delete_url = reverse(delete, args=[part.pk])
    return form_page(request, form, title, _document(part.plan), delete_url=delete_url)


def _delete(request: HttpRequest, part: Phase | PlanGroup) -> HttpResponse:
    user, back = manager(request), reverse("planning_document", args=[part.plan_id])
    what = f"{part.number}. {part.name}"
    return delete_page(
        request, lambda: services.delete_part(part, by=user), what, done=back, back=back
    )


def _document(plan: Plan) -> tuple[str, str]:
    return reverse("planning_document", args=[plan.pk]), plan.number
