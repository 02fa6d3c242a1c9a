"""What the log of activity says of targets."""

from django.utils.translation import gettext_lazy as _

from core.audit.log import AuditedFact, Subject, lying, register
from targets.kinds import Verdict
from targets.models import Judgement, Target


def register_own() -> None:
    register(
        words={
            "target.judge": _("Judged a target"),
            "load_reference": _("Loaded the reference data"),
        },
        subjects=[
            Subject(
                Target,
                lying(Target, "area__path"),
                title=lambda row: row.name,
                url=lambda row: f"/targets/{row.code}/",
            ),
            # A judgement is told of by the code of its target.
            Subject(
                Judgement,
                lying(Target, "area__path"),
                named=Target,
                key="code",
                title=lambda row: row.name,
                url=lambda row: f"/targets/{row.code}/",
            ),
        ],
        facts={
            "day": AuditedFact(_("Day")),
            "verdict": AuditedFact(_("Verdict"), dict(Verdict.choices)),
            "reason": AuditedFact(_("Reason")),
        },
    )
