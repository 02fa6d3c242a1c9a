"""A reminder in words: sections of lines, the same for the text and the HTML part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.preferences import unsubscribe_token
from core.models import User
from targets.awaited import Awaited
from tasks.models import Assignment
from tasks.reminders.contents import Reminder

SHOWN = 15


@dataclass(frozen=True)
class LetterLine:
    text: str
    detail: str
    url: str


@dataclass(frozen=True)
class Section:
    """``total`` may be more than the lines; ``url`` leads to all of them."""

    title: str
    lines: Sequence[LetterLine]
    total: int
    url: str

    @property
    def left_out(self) -> int:
        return self.total - len(self.lines)


def shown_assignments(reminder: Reminder) -> set[int]:
    """Those a letter names one by one."""
    lists = (reminder.overdue, reminder.due, reminder.returned, reminder.escalated)
    return {pk for found in lists for pk in found[:SHOWN]}


def letter(
    user: User, reminder: Reminder, known: Mapping[int, Assignment], day: date
) -> EmailMultiAlternatives:
    """In the language of the person. ``known`` has the assignments shown, with task, plan and
    agency."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        sections = list(_sections(reminder, known, day))
        leave = _absolute(reverse("unsubscribe", args=[unsubscribe_token(user.pk)]))
        context = {
            "user": user,
            "day": day,
            "sections": sections,
            "unsubscribe_url": leave,
            "settings_url": _absolute(reverse("preferences")),
            "home_url": _absolute("/tasks/"),
        }
        message = EmailMultiAlternatives(
            subject=_subject(reminder, day),
            body=render_to_string("tasks/mail/digest.txt", context),
            to=[user.email],
            headers={
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(render_to_string("tasks/mail/digest.html", context), "text/html")
    return message


def _absolute(path: str) -> str:
    return f"{settings.R57_PUBLIC_URL}{path}"


def _subject(reminder: Reminder, day: date) -> str:
    counts = [
        ngettext("%(n)d overdue", "%(n)d overdue", len(reminder.overdue))
        % {"n": len(reminder.overdue)}
        if reminder.overdue
        else "",
        ngettext("%(n)d due soon", "%(n)d due soon", len(reminder.due)) % {"n": len(reminder.due)}
        if reminder.due
        else "",
        ngettext("%(n)d returned", "%(n)d returned", len(reminder.returned))
        % {"n": len(reminder.returned)}
        if reminder.returned
        else "",
    ]
    told = ", ".join(filter(None, counts)) or _("what waits for you")
    return _("Resolution 57, %(day)s: %(told)s") % {"day": f"{day:%d/%m/%Y}", "told": told}


def _sections(reminder: Reminder, known: Mapping[int, Assignment], day: date) -> Iterator[Section]:
    for title, keys, query in (
        (
            _("Overdue for long: the head of the agency is asked to step in"),
            reminder.escalated,
            "status=overdue",
        ),
        (_("Overdue"), reminder.overdue, "status=overdue"),
        (_("Due soon"), reminder.due, "status=due_soon"),
        (_("Returned: please correct and send again"), reminder.returned, "status=returned"),
    ):
        if keys:
            lines = [_assignment_line(known[pk], day) for pk in keys[:SHOWN] if pk in known]
            yield Section(title, lines, len(keys), _absolute(f"/tasks/?{query}"))
    waiting = list(_waiting_lines(reminder))
    if waiting:
        yield Section(_("Waiting for you"), waiting, len(waiting), _absolute("/review/"))
    if reminder.figures:
        figures = [_figure_line(one, day) for one in reminder.figures[:SHOWN]]
        all_of_them = _absolute("/indicators/missing/")
        yield Section(_("Figures to be sent"), figures, len(reminder.figures), all_of_them)


def _assignment_line(assignment: Assignment, day: date) -> LetterLine:
    task = assignment.task
    parts = [task.plan.number, assignment.agency.short_name_now]
    if assignment.due_on:
        parts.append(_("due %(day)s") % {"day": f"{assignment.due_on:%d/%m/%Y}"})
        parts.append(how_far((assignment.due_on - day).days))
    return LetterLine(
        f"{task.number}. {task.title}",
        " · ".join(parts),
        _absolute(assignment.get_absolute_url()),
    )


def how_far(days: int) -> str:
    """Of a deadline so many days ahead, or behind where negative."""
    if days < 0:
        return ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}


def _waiting_lines(reminder: Reminder) -> Iterator[LetterLine]:
    n = reminder.to_review
    if n:
        told = ngettext("%(n)d report waits for review", "%(n)d reports wait for review", n)
        yield LetterLine(told % {"n": n}, "", _absolute("/review/"))
    n = reminder.to_decide
    if n:
        told = ngettext(
            "%(n)d request for more time waits for a decision",
            "%(n)d requests for more time wait for a decision",
            n,
        )
        yield LetterLine(told % {"n": n}, "", _absolute("/review/"))
    n = reminder.to_approve
    if n:
        told = ngettext(
            "%(n)d report waits for the head of the agency",
            "%(n)d reports wait for the head of the agency",
            n,
        )
        yield LetterLine(told % {"n": n}, "", _absolute("/review/"))


def _figure_line(one: Awaited, day: date) -> LetterLine:
    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    period = one.late.period.label(language)
    parts = [
        _("due %(day)s") % {"day": f"{one.late.due_on:%d/%m/%Y}"},
        how_far((one.late.due_on - day).days),
    ]
    return LetterLine(
        f"{one.indicator.name}, {one.area.short_name}, {period}",
        " · ".join(parts),
        _absolute(f"/indicators/{one.indicator.code}/"),
    )
