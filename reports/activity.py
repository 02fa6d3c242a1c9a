"""What the log of activity says of reports."""

from django.utils.translation import gettext_lazy as _

from core.audit.log import Subject, Words
from reports.models import FrozenReport, ReportDraft, ReportingSchedule

SENTENCES: dict[str, Words] = {
    "report.schedule": _("Set when reports close: %(kind)s"),
    "report.unschedule": _("No more reports are due: %(kind)s"),
    "report.ready": _("Made the draft of a report ready"),
    "report.sign": _("Put the signed paper on its report: %(number)s, %(signed_on)s"),
    "report.mail": _("Sent a report by e-mail: %(address)s; %(error)s"),
    "report.write": _("Wrote the text of a report"),
    "report.freeze": _("Froze a report: as of %(as_of)s, version %(version)s; %(reason)s"),
}
SUBJECTS = [
    Subject(FrozenReport, "area__path", url=FrozenReport.get_absolute_url),
    Subject(ReportDraft, "area__path", url=ReportDraft.get_absolute_url),
    Subject(ReportingSchedule, "plan__area__path"),
]
