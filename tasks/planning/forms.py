"""Forms of the coordinators: tasks, who is given them, and their end."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.models import User
from core.web.forms import EditForm, PlainForm, day_field
from provinces.models import Area, Phase, PlanGroup
from targets.models import Target
from tasks.models import Assignment, Task
from tasks.planning.assigning import ASSIGNMENT_FIELDS
from tasks.planning.deadlines import Due
from tasks.planning.tasks import read_deadline, settle_deadline, targets_for
from tasks.states import DueKind

_TEXT = 20_000


def _long(label: Any, **given: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, widget=area, max_length=_TEXT, **given)


class _Targets(forms.ModelMultipleChoiceField[Target]):
    def label_from_instance(self, obj: Target) -> str:
        return f"{obj.plan.number} · {obj.name}"


class TaskForm(EditForm):
    """Kind and day of the deadline follow from the printed words, unless the coordinator gives
    them."""

    edits = Task.WRITTEN
    worked_out = ("due_kind", "due_on")
    layout = (
        ("number", "group", "phase"),
        ("title_vi", "title_en"),
        ("product_vi", "product_en"),
        ("due_text", "due_kind", "due_on"),
        ("move_assignments",),
        ("lead_text", "coordinating_text"),
        ("targets",),
    )

    number = forms.CharField(label=_("Number"), max_length=20)
    group = forms.ModelChoiceField(
        label=_("Group"), queryset=PlanGroup.objects.none(), empty_label=None
    )
    phase = forms.ModelChoiceField(
        label=_("Phase"), queryset=Phase.objects.none(), required=False, empty_label="–"
    )
    title_vi = _long(_("Title in Vietnamese"))
    title_en = _long(_("Title in English"), required=False)
    product_vi = _long(_("Required product in Vietnamese"), required=False)
    product_en = _long(_("Required product in English"), required=False)
    due_text = forms.CharField(
        label=_("Deadline as printed"),
        required=False,
        max_length=120,
        help_text=_("For example: 6/2025, Quý III/2025, trước ngày 15/12, Thường xuyên."),
    )
    due_kind = forms.ChoiceField(
        label=_("Kind of deadline"),
        required=False,
        choices=[("", _("as the words say")), *DueKind.choices],
    )
    due_on = day_field(_("Last day"), required=False, help_text=_("Empty: as the words say."))
    move_assignments = forms.BooleanField(
        label=_("A new deadline holds for assignments without a report too"),
        required=False,
        help_text=_("For a slip: those with the old day and no report get the new one."),
    )
    lead_text = _long(_("Lead agency as printed"), required=False)
    coordinating_text = _long(_("Coordinating agencies as printed"), required=False)
    targets = _Targets(
        label=_("Targets it serves"),
        queryset=Target.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, row: Task, **kwargs: Any) -> None:
        self.plan = row.plan
        super().__init__(*args, row=row, **kwargs)
        self.choose("group", self.plan.groups.order_by("number"))
        self.choose("phase", self.plan.phases.order_by("number"))
        self.choose("targets", targets_for(self.plan))
        if (row.due_on, row.due_kind) == read_deadline(row.due_text, self.plan):
            self.initial.update(due_on=None, due_kind="")
        if not row.pk or not row.assignments.exists():
            del self.fields["move_assignments"]

    @property
    def read(self) -> Due | None:
        """What the words that the form shows mean."""
        return read_deadline(str(self["due_text"].value() or ""), self.plan)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        words, kind, on = (given.get(name) for name in ("due_text", "due_kind", "due_on"))
        if not self.errors.keys() & {"due_text", "due_kind", "due_on"}:
            try:
                given["due_on"], given["due_kind"] = settle_deadline(
                    words or "", kind or "", on, self.plan
                )
            except Refused as refused:
                self.add_faults(refused)
        return given


class PickForm(PlainForm):
    """The search ``q`` of the page on which agencies are ticked."""

    q = forms.CharField(label=_("Look for agencies"), required=False, max_length=100)


class FanOutForm(PickForm):
    """The agencies that are ticked are left out."""

    usual = Area.Level.COMMUNE

    level = forms.ChoiceField(
        label=_("Given to"),
        choices=[
            (Area.Level.COMMUNE, _("all communes, wards and special zones")),
            (Area.Level.PROVINCE, _("all provinces and cities")),
        ],
    )
    within = forms.ModelChoiceField(label=_("of"), queryset=Area.objects.none(), empty_label=None)
    assigned_on = day_field(_("Assigned on"))
    due_on = day_field(
        _("Deadline"), required=False, help_text=_("Empty for ongoing work without a deadline.")
    )

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("within", areas)


class AssignForm(PickForm):
    assigned_on = day_field(_("Assigned on"))
    due_on = day_field(
        _("Deadline"), required=False, help_text=_("Empty for ongoing work without a deadline.")
    )
    responsible_text = forms.CharField(
        label=_("Responsible person"),
        required=False,
        max_length=160,
        help_text=_("Name and office, if it is the same for all that are ticked."),
    )


def person_field() -> "forms.ModelChoiceField[User]":
    """The form chooses whom it offers."""
    return forms.ModelChoiceField(
        label=_("Responsible person"),
        queryset=User.objects.none(),
        required=False,
        empty_label="–",
        help_text=_("People with an account in this agency."),
    )


def person_in_words_field() -> forms.CharField:
    label = _("Responsible person without an account")
    return forms.CharField(label=label, required=False, max_length=160)


class AssignmentForm(EditForm):
    edits = ASSIGNMENT_FIELDS
    layout = (("assigned_on", "original_due_on"), ("responsible", "responsible_text"))

    assigned_on = day_field(_("Assigned on"))
    original_due_on = day_field(
        _("Deadline"), required=False, help_text=_("Empty for ongoing work without a deadline.")
    )
    responsible = person_field()
    responsible_text = person_in_words_field()

    def __init__(self, *args: Any, row: Assignment, is_reported: bool, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        people = User.objects.filter(
            Q(pk=row.responsible_id)
            | Q(memberships__agency__in=[row.agency_id, row.agency.heir.pk]),
            is_active=True,
        )
        self.choose("responsible", people.distinct().order_by("full_name", "username"))
        for name in ("assigned_on", "original_due_on"):
            self.fields[name].disabled = is_reported


class CancelForm(PlainForm):
    reason = _long(_("Reason"))
    evidence_number = forms.CharField(
        label=_("Number and symbol of the document that ends it"), max_length=80
    )
    effective_on = day_field(_("Holds from"), help_text=_("Today or earlier."))
