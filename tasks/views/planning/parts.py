"""The phases of a document, and its groups of tasks and solutions."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.web.forms import EditForm
from provinces.models import Phase, Plan, PlanGroup
from provinces.plans import services
from provinces.plans.forms import GroupForm, PhaseForm
from tasks.views.planning.found import delete_page, form_page, manager, planned, told

_METHODS = ["GET", "HEAD", "POST"]


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
        return told(request, form, "planning_document", pk)
    return form_page(request, form, title, _document(plan))


def _change(
    request: HttpRequest, part: Phase | PlanGroup, kind: type[EditForm], title: str
) -> HttpResponse:
    user = manager(request)
    form = kind(request.POST or None, row=part)
    if form.saved(
        lambda: services.change_part(part, by=user, given=form.cleaned_data, seen=form.seen)
    ):
        return told(request, form, "planning_document", part.plan_id)
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
