"""A reminder as a mail: sections of lines, the same for the text and the HTML part."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
from tasks.models import Assignment
from tasks.reminders.contents import Reminder
from tasks.reminders.sections import LetterLine, Section

SHOWN = 15


def shown_assignments(reminder: Reminder) -> set[int]:
    """Row numbers of the assignments that a letter names one by one."""
    lists = (reminder.overdue, reminder.due, reminder.returned, reminder.escalated)
    return {pk for rows in lists for pk in rows[:SHOWN]}


def letter(
    user: User, reminder: Reminder, known: Mapping[int, Assignment], day: date
) -> EmailMultiAlternatives:
    """In the language of the person.

    ``known`` has the assignments shown, by row number, with their task, plan and agency.
    """
    with translation.override(user.language or settings.LANGUAGE_CODE):
        overdue, due, returned = map(len, (reminder.overdue, reminder.due, reminder.returned))
        counts = (
            (overdue, ngettext("%(n)d overdue", "%(n)d overdue", overdue)),
            (due, ngettext("%(n)d due soon", "%(n)d due soon", due)),
            (returned, ngettext("%(n)d returned", "%(n)d returned", returned)),
        )
        summary = ", ".join(text % {"n": n} for n, text in counts if n) or _("what waits for you")
        subject = _("Resolution 57, %(day)s: %(told)s")
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
            subject=subject % {"day": f"{day:%d/%m/%Y}", "told": summary},
            body=render_to_string("tasks/reminders/digest.txt", context),
            to=[user.email],
            headers={
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(
            render_to_string("tasks/reminders/digest.html", context), "text/html"
        )
    return message


def _absolute(path: str) -> str:
    return f"{settings.R57_PUBLIC_URL}{path}"


def _sections(reminder: Reminder, known: Mapping[int, Assignment], day: date) -> Iterator[Section]:
    escalated = _("Overdue for long: the head of the agency is asked to step in")
    for title, keys, status in (
        (escalated, reminder.escalated, "overdue"),
        (_("Overdue"), reminder.overdue, "overdue"),
        (_("Due soon"), reminder.due, "due_soon"),
        (_("Returned: please correct and send again"), reminder.returned, "returned"),
    ):
        if keys:
            lines = [_assignment_line(known[pk], day) for pk in keys[:SHOWN] if pk in known]
            yield Section(title, lines, len(keys), _absolute(f"/tasks/?status={status}"))

    review, waiting = _absolute("/review/"), []
    if n := reminder.to_review:
        text = ngettext("%(n)d report waits for review", "%(n)d reports wait for review", n)
        waiting.append(LetterLine(text % {"n": n}, "", review))
    if n := reminder.to_decide:
        text = ngettext(
            "%(n)d request for more time waits for a decision",
            "%(n)d requests for more time wait for a decision",
            n,
        )
        waiting.append(LetterLine(text % {"n": n}, "", review))
    if n := reminder.to_approve:
        text = ngettext(
            "%(n)d report waits for the head of the agency",
            "%(n)d reports wait for the head of the agency",
            n,
        )
        waiting.append(LetterLine(text % {"n": n}, "", review))
    if waiting:
        yield Section(_("Waiting for you"), waiting, len(waiting), review)

    language = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    figures = [
        LetterLine(
            f"{one.indicator.name}, {one.area.short_name}, {one.late.period.label(language)}",
            _deadline(one.late.due_on, day),
            _absolute(f"/indicators/{one.indicator.code}/"),
        )
        for one in reminder.figures[:SHOWN]
    ]
    if figures:
        missing = _absolute("/indicators/missing/")
        yield Section(_("Figures to be sent"), figures, len(reminder.figures), missing)

    for told in reminder.more:
        section = told()
        lines = [replace(line, url=_absolute(line.url)) for line in section.lines]
        yield replace(section, lines=lines, url=_absolute(section.url))


def _assignment_line(assignment: Assignment, day: date) -> LetterLine:
    task = assignment.task
    parts = [task.plan.number, assignment.agency.short_name_now]
    if assignment.due_on:
        parts.append(_deadline(assignment.due_on, day))
    return LetterLine(
        f"{task.number}. {task.title}",
        " · ".join(parts),
        _absolute(assignment.get_absolute_url()),
    )


def _deadline(due_on: date, day: date) -> str:
    due = _("due %(day)s") % {"day": f"{due_on:%d/%m/%Y}"}
    return f"{due} · {how_far((due_on - day).days)}"


def how_far(days: int) -> str:
    """How far away a deadline is; ``days`` is negative where it has passed."""
    if days < 0:
        return ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
