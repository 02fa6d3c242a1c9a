"""What becomes of a frozen report: the signed paper, and the e-mails with its file."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from core.models import User
from reports.models.report import FrozenReport


class SignedCopy(AppendOnly, models.Model):
    """The number of the signed paper, and its scan. The last row holds; the scan may come later."""

    report = models.ForeignKey(
        FrozenReport,
        on_delete=models.PROTECT,
        related_name="signed_copies",
        verbose_name=_("frozen report"),
    )
    number = models.CharField(_("number and symbol"), max_length=60)
    signed_on = models.DateField(_("signed on"))
    scan = models.FileField(_("signed scan"), upload_to="signed/%Y/%m", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("signed paper")
        verbose_name_plural = _("signed papers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number=""),
                name="signed_has_number",
                violation_error_message=_("A signed paper has a number."),
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def scan_kind(self) -> str:
        """pdf, png or jpg; "" without a scan."""
        return (self.scan.name or "").rpartition(".")[2]


class ReportMail(models.Model):
    """One address that a report goes to. It is taken before it is sent, so it goes at most once.

    Taken without ``sent_at`` it was not sent: ``error`` names the kind of failure, or there was a
    crash.
    """

    report = models.ForeignKey(
        FrozenReport,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="mails",
        verbose_name=_("frozen report"),
    )
    address = models.EmailField(_("address"))
    taken_at = models.DateTimeField(_("taken at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    error = models.CharField(_("error"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("e-mail with a report")
        verbose_name_plural = _("e-mails with reports")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "address"], name="mail_once_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.address}"
