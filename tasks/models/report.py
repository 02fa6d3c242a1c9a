"""The history of an assignment: reports and reviews, which are never changed or deleted."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.db.append_only import AppendOnly
from core.models import ApiClient, User
from provinces.permissions import Caller
from tasks.models.assignment import Assignment, Waiting, in_reach
from tasks.states import State


class StatusReportQuerySet(models.QuerySet["StatusReport"]):
    def visible_to(self, caller: Caller) -> "StatusReportQuerySet":
        return self.filter(in_reach(caller, "assignment__"))

    def waiting_for_review(self) -> "StatusReportQuerySet":
        """The newest report of each assignment whose report waits for the standing agency."""
        return self.newest().filter(assignment__waiting=Waiting.REVIEW)

    def waiting_for_head(self) -> "StatusReportQuerySet":
        """The newest report of each assignment whose report waits for the head of the agency."""
        return self.newest().filter(assignment__waiting=Waiting.AGENCY)

    def newest(self) -> "StatusReportQuerySet":
        """The report of each assignment that was recorded last."""
        newer = StatusReport.objects.filter(assignment=OuterRef("assignment")).order_by(
            "-recorded_at", "-id"
        )
        return self.filter(pk=Subquery(newer.values("pk")[:1]))

    def last_explained(self) -> "StatusReport | None":
        """The newest report that says why the work is late."""
        return self.exclude(cause="").order_by("-recorded_at", "-id").first()

    def in_order(self) -> "StatusReportQuerySet":
        """In the order in which reports hold: the last one does."""
        return self.order_by("effective_on", "recorded_at", "id")

    def last_first(self) -> "StatusReportQuerySet":
        """The other way round: the one that holds comes first."""
        return self.in_order().reverse()

    def effective_by(self, day: date, known_at: datetime | None = None) -> "StatusReportQuerySet":
        rows = self.filter(effective_on__lte=day)
        return rows.filter(recorded_at__lte=known_at) if known_at else rows

    def counting(self, known_at: datetime | None = None) -> "StatusReportQuerySet":
        """Reports that count.

        Those are the accepted ones; the approved ones of plans that ask for approval alone; all of
        plans that ask for neither. ``known_at``: only what was recorded and decided by then.
        """
        reviews = Review.objects.filter(report=OuterRef("pk")).in_force(known_at)
        rows = self.filter(recorded_at__lte=known_at) if known_at else self
        plan = "assignment__task__plan__"
        unreviewed = Q(**{f"{plan}requires_review": False})
        return rows.filter(
            (unreviewed & Q(**{f"{plan}requires_agency_approval": False}))
            | Q(Exists(reviews.filter(decision=Review.Decision.ACCEPTED)))
            | (unreviewed & Q(Exists(reviews.filter(decision=Review.Decision.APPROVED))))
        )


class StatusReport(AppendOnly, models.Model):
    """The state of an assignment from ``effective_on`` on, as its agency reports it."""

    class Fault(models.TextChoices):
        SUBJECTIVE = "subjective", _("subjective")
        OBJECTIVE = "objective", _("objective")

    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="reports",
        verbose_name=_("assignment"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    effective_on = models.DateField(_("holds from"))
    result = models.TextField(_("result"), blank=True)
    unchanged = models.BooleanField(_("no change in this period"), default=False)
    cause_kind = models.CharField(_("kind of cause"), max_length=10, choices=Fault, blank=True)
    cause = models.TextField(_("cause"), blank=True)
    remedy = models.TextField(_("remedy"), blank=True)
    expected_on = models.DateField(_("now expected on"), null=True, blank=True)
    reported_by_user = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_by_client = models.ForeignKey(
        ApiClient, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    objects = StatusReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        ordering = ["effective_on", "recorded_at", "id"]
        indexes = [
            models.Index(fields=["assignment", "effective_on", "recorded_at"]),
            models.Index(fields=["effective_on"], name="report_effective"),  # What changed lately.
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="report_percent_at_most_100",
                violation_error_message=_("A percentage is between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(reported_by_user__isnull=True) | Q(reported_by_client__isnull=True),
                name="report_one_reporter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.effective_on:%d/%m/%Y}: {self.get_state_display()}"

    @property
    def days_backdated(self) -> int:
        """How long before it was recorded it is said to hold."""
        return (timezone.localdate(self.recorded_at) - self.effective_on).days


class ReviewQuerySet(models.QuerySet["Review"]):
    def in_force(self, known_at: datetime | None = None) -> "ReviewQuerySet":
        """Those not taken back; ``known_at``: those made, and not taken back, by then."""
        undone, rows = Review.objects.filter(undoes=OuterRef("pk")), self
        if known_at:
            undone, rows = undone.filter(at__lte=known_at), rows.filter(at__lte=known_at)
        return rows.exclude(decision=Review.Decision.UNDONE).filter(~Exists(undone))

    def returning(self, assignments: Iterable[Assignment]) -> "ReviewQuerySet":
        """Why each of them that was returned was: the decision on its newest report."""
        returned = [one.pk for one in assignments if one.waiting == Waiting.RETURNED]
        if not returned:
            return self.none()
        newest = StatusReport.objects.filter(assignment__in=returned).newest()
        rows = self.in_force().filter(decision=Review.Decision.RETURNED)
        return rows.filter(report__in=newest).select_related("report", "by")


class Review(AppendOnly, models.Model):
    """A decision on a report, or an entry that takes one back.

    The head of the agency approves it, then the standing agency accepts it, as the plan asks;
    either may return it.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved by the agency")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        UNDONE = "undone", _("Decision taken back")

    report = models.ForeignKey(
        StatusReport, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("report")
    )
    decision = models.CharField(_("decision"), max_length=8, choices=Decision)
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    undoes = models.OneToOneField(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="undone",
        verbose_name=_("takes back"),
    )
    undone_before = models.PositiveSmallIntegerField(
        _("decisions on the report taken back before"), default=0, db_default=0
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "undone_before"],
                condition=Q(decision__in=["accepted", "returned"]),
                name="report_reviewed_once",
                violation_error_message=_("This report has been decided already."),
            ),
            models.UniqueConstraint(
                fields=["report", "undone_before"],
                condition=Q(decision="approved"),
                name="report_approved_once",
                violation_error_message=_("This report has been approved already."),
            ),
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(reason=""),
                name="review_return_has_reason",
                violation_error_message=_("Say why the report is returned."),
            ),
            models.CheckConstraint(
                condition=Q(decision="undone", undoes__isnull=False)
                | (~Q(decision="undone") & Q(undoes__isnull=True)),
                name="review_undoes_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.get_decision_display()}"
