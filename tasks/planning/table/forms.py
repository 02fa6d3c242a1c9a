"""What each act of the table asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.calendar import clock
from core.models import User
from core.web.forms import PlainForm, day_field
from provinces.models import Agency, PlanGroup
from targets.models import Target
from tasks.models import PlanAct
from tasks.planning.forms import AssignForm, CancelForm, person_field, person_in_words_field
from tasks.planning.table.acts import Act
from tasks.planning.table.on_assignments import CancelAct, DueAct, PersonAct
from tasks.planning.table.on_tasks import GiveAct, GroupAct, TargetAct
from tasks.planning.table.rows import Selection
from tasks.planning.tasks import targets_for

_MOST_PEOPLE = 200


class ActForm(PlainForm):
    """Offers what fits the chosen rows; ``act`` is what a valid form means."""

    def __init__(self, *args: Any, chosen: Selection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(chosen)

    def offer(self, chosen: Selection) -> None:
        """Called once, with the rows that were chosen."""

    def act(self, agencies: Sequence[Agency]) -> Act:
        raise NotImplementedError


class GiveForm(ActForm, AssignForm):
    due_on = day_field(
        _("Deadline"), required=False, help_text=_("Empty: as the document says of each task.")
    )

    def offer(self, chosen: Selection) -> None:
        self.fields["assigned_on"].initial = clock.today()

    def act(self, agencies: Sequence[Agency]) -> Act:
        given = self.cleaned_data
        return GiveAct(agencies, *(given[n] for n in ("assigned_on", "due_on", "responsible_text")))


class DueForm(ActForm):
    due_on = day_field(_("Deadline"))
    document = forms.CharField(
        label=_("Document that moves it"),
        required=False,
        max_length=80,
        help_text=_("Needed where something was reported; the standing agency then decides."),
    )

    def act(self, agencies: Sequence[Agency]) -> Act:
        return DueAct(self.cleaned_data["due_on"], self.cleaned_data["document"])


class ResponsibleForm(ActForm):
    responsible = person_field()
    responsible_text = person_in_words_field()

    def offer(self, chosen: Selection) -> None:
        agencies = {row.agency_id for row in chosen.assignments}
        agencies |= {row.agency.heir.pk for row in chosen.assignments}
        people = User.objects.filter(memberships__agency__in=agencies, is_active=True).distinct()
        if 0 < people.count() <= _MOST_PEOPLE:
            self.choose("responsible", people.order_by("full_name", "username"))
        else:
            del self.fields["responsible"]

    def act(self, agencies: Sequence[Agency]) -> Act:
        given = self.cleaned_data
        return PersonAct(given.get("responsible"), given["responsible_text"])


class ToGroupForm(ActForm):
    group = forms.ModelChoiceField(
        label=_("Group"), queryset=PlanGroup.objects.none(), empty_label="–"
    )

    def offer(self, chosen: Selection) -> None:
        self.choose("group", chosen.plan.groups.order_by("number"))

    def act(self, agencies: Sequence[Agency]) -> Act:
        return GroupAct(self.cleaned_data["group"])


class ToTargetForm(ActForm):
    target = forms.ModelChoiceField(
        label=_("Target"), queryset=Target.objects.none(), empty_label="–"
    )

    def offer(self, chosen: Selection) -> None:
        self.choose("target", targets_for(chosen.plan))

    def act(self, agencies: Sequence[Agency]) -> Act:
        return TargetAct(self.cleaned_data["target"])


class EndForm(ActForm, CancelForm):
    def offer(self, chosen: Selection) -> None:
        self.fields["effective_on"].initial = clock.today()

    def act(self, agencies: Sequence[Agency]) -> Act:
        return CancelAct(**self.cleaned_data)


FORMS: Mapping[str, type[ActForm]] = {
    PlanAct.Kind.ASSIGN: GiveForm,
    PlanAct.Kind.DUE: DueForm,
    PlanAct.Kind.PERSON: ResponsibleForm,
    PlanAct.Kind.GROUP: ToGroupForm,
    PlanAct.Kind.TARGET: ToTargetForm,
    PlanAct.Kind.CANCEL: EndForm,
}
"""In the order of the buttons."""
OF_TASKS = (PlanAct.Kind.ASSIGN, PlanAct.Kind.GROUP, PlanAct.Kind.TARGET)
"""What can be done to tasks that nobody has yet."""
