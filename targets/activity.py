"""What the log of activity says of targets."""

from django.utils.translation import gettext_lazy as _

from core.audit.log import Subject, Words
from targets.models import Target

SENTENCES: dict[str, Words] = {
    "target.judge": _("Judged a target: %(verdict)s on %(day)s; %(reason)s"),
    "load_reference": _("Loaded the reference data"),
}
SUBJECTS = [
    # A judgement is told of by the code of its target.
    Subject(
        Target,
        "area__path",
        kind=kind,
        key=key,
        title=lambda row: row.name,
        url=Target.get_absolute_url,
    )
    for kind, key in (("target", "pk"), ("judgement", "code"))
]
