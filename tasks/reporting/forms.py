"""Forms about reports, reviews and what belongs to them; the services check what they read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from core.calendar import clock
from core.web.forms import PlainForm, day_field
from provinces.models import Agency
from tasks.models import ObstacleCategory, StatusReport
from tasks.models.assignment import ENDED_STATES
from tasks.reporting.bulk import UNCHANGED
from tasks.reporting.evidence import Proof
from tasks.states import State

_TEXT = 20_000


def _text(label: Any, **given: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, widget=area, max_length=_TEXT, required=False, **given)


def _number(**given: Any) -> forms.CharField:
    label = _("Number and symbol of the document")
    return forms.CharField(label=label, required=False, max_length=80, **given)


def _link() -> forms.CharField:
    return forms.CharField(label=_("Link"), required=False, max_length=500)


def _file() -> forms.FileField:
    help_text = _("pdf, docx, xlsx, png or jpg, up to 20 MB")
    return forms.FileField(label=_("File"), required=False, help_text=help_text)


def _state(choices: Any) -> forms.ChoiceField:
    words = _("Choose a state: not started, in progress, completed or cancelled.")
    errors = {"required": words, "invalid_choice": words}
    return forms.ChoiceField(
        label=_("State"), choices=choices, widget=forms.RadioSelect, error_messages=errors
    )


def _percent(**given: Any) -> forms.IntegerField:
    words = _("Write a whole number from 0 to 100, for example 75.")
    errors = dict.fromkeys(("invalid", "min_value", "max_value"), words)
    return forms.IntegerField(
        label=_("Percent done"),
        min_value=0,
        max_value=100,
        required=False,
        error_messages=errors,
        **given,
    )


class EvidenceForm(PlainForm):
    def proof(self) -> Proof:
        """What was sent as evidence, taken out of ``cleaned_data``."""
        number, link, file = (
            self.cleaned_data.pop(f"evidence_{name}") for name in ("number", "link", "file")
        )
        return Proof(number=number, link=link, file=file)


class DelayForm(PlainForm):
    """Why open work is late, and what is done about it; ended work needs no such words."""

    cause_kind = forms.ChoiceField(
        label=_("Kind of cause"), required=False, choices=[("", "–"), *StatusReport.Fault.choices]
    )
    cause = _text(_("Cause"))
    remedy = _text(_("Remedy"))
    expected_on = day_field(_("Day now expected"), required=False)

    OVERDUE_FIELDS = ("cause_kind", "cause", "remedy", "expected_on")
    field_order = ("state", "percent", "effective_on", "result", "evidence_number")
    needed: Mapping[str, str] = {
        "result": "ended",
        "evidence_number": "ended",
        "cause": "always",
        "remedy": "always",
        "expected_on": "always",
    }

    @property
    def explains_delay(self) -> bool:
        """Whether what is wrong is in these fields, so that they must be seen."""
        return any(name in self.errors for name in self.OVERDUE_FIELDS)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("state") in ENDED_STATES:
            # The page hides what was said before.
            self.cleaned_data |= {"cause_kind": "", "cause": "", "remedy": "", "expected_on": None}
        return self.cleaned_data


class StatusForm(DelayForm, EvidenceForm):
    draft_at: datetime | None = None
    """When what the form begins with was typed; None unless it is a draft."""
    replaces: StatusReport | None = None
    """The report in review that this one would replace."""
    may_cancel = False

    state = _state(State.choices)
    percent = _percent()
    effective_on = day_field(_("Holds from"), help_text=_("Today or earlier."))
    result = _text(_("Result"))
    evidence_number = _number(help_text=_("For example 12/BC-SKHCN."))
    evidence_link = _link()
    evidence_file = _file()
    RARE_FIELDS = ("evidence_link", "evidence_file", "effective_on")

    def states(self) -> list[BoundWidget]:
        """Those that this person may choose; what else is sent the service refuses in words."""
        return [
            choice
            for choice in self["state"]
            if self.may_cancel or choice.data["value"] != State.CANCELLED
        ]

    @property
    def shows_rare(self) -> bool:
        """Whether what is rarely needed says something, or is wrong."""
        day = self.fields["effective_on"].has_changed(clock.today(), self["effective_on"].value())
        wrong = any(name in self.errors for name in self.RARE_FIELDS)
        return day or wrong or bool(self.files or self["evidence_link"].value())

    def clean_percent(self) -> int:
        return self.cleaned_data["percent"] or 0


class ManyForm(DelayForm):
    """A report on many assignments; without ``percent`` each keeps its own."""

    state = _state(
        [
            (State.IN_PROGRESS.value, State.IN_PROGRESS.label),
            (State.COMPLETED.value, State.COMPLETED.label),
            (UNCHANGED, _("No change in this period")),
        ]
    )
    percent = _percent(help_text=_("Empty: each keeps its own."))
    effective_on = day_field(_("Holds from"), help_text=_("Today or earlier."))
    result = _text(_("Result"))
    evidence_number = _number(
        help_text=_("One document serves all of them, for example 12/BC-SKHCN.")
    )


class DocumentForm(PlainForm):
    number = _number()
    link = _link()
    file = _file()
    dated = day_field(_("Date of issue"), required=False)
    issuer = forms.CharField(label=_("Issuer"), required=False, max_length=200)
    subject = forms.CharField(label=_("Subject of the document"), required=False, max_length=400)


class ReviewForm(PlainForm):
    decision = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = _text(_("Reason for returning it"))


class ExtensionForm(PlainForm):
    needed: Mapping[str, str] = {"reason": "always"}
    new_due_on = day_field(_("New deadline"))
    reason = _text(_("Reason"))


class CancelRequestForm(PlainForm):
    needed: Mapping[str, str] = {"reason": "always"}
    reason = _text(_("Why the work is to end"))


class DecisionForm(PlainForm):
    decision = forms.CharField(required=False, widget=forms.HiddenInput)
    note = _text(_("Note on the decision"), help_text=_("Needed where you do not agree."))


class CancelDecisionForm(DecisionForm):
    evidence_number = forms.CharField(
        label=_("Number and symbol of the document that ended it"),
        required=False,
        max_length=80,
        help_text=_("Needed where you agree, for example 12/BC-SKHCN."),
    )


class ObstacleForm(PlainForm):
    needed: Mapping[str, str] = {"text": "always"}
    category = forms.ChoiceField(label=_("Category"), choices=ObstacleCategory)
    text = _text(_("What stands in the way"))


class ContributionForm(EvidenceForm):
    """``agencies`` are those for which the user may contribute; a single one is not asked for."""

    needed: Mapping[str, str] = {"text": "always"}
    agency = forms.ChoiceField(label=_("Agency"))
    text = _text(_("What your agency did"))
    evidence_number = _number()
    evidence_link = _link()
    evidence_file = _file()

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        field = cast(forms.ChoiceField, self.fields["agency"])
        field.choices = [(key, agency.short_name) for key, agency in self.agencies.items()]
        if len(agencies) == 1:
            field.required = False
            field.widget = forms.HiddenInput()

    def clean_agency(self) -> Agency:
        chosen = self.cleaned_data["agency"] or next(iter(self.agencies))
        return self.agencies[chosen]


class ResolutionForm(PlainForm):
    needed: Mapping[str, str] = {"resolution": "always"}
    resolution = _text(_("How it was resolved"))
