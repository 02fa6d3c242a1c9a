"""How tasks, assignments, status reports and obstacles look over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from provinces.models import Agency, Area, Plan, PlanGroup
from targets.models import Target
from tasks.models import Assignment, Evidence, Obstacle, Review, StatusReport, Task
from tasks.states import DerivedStatus, State


class TaskSerializer(serializers.ModelSerializer[Task]):
    plan = serializers.SlugRelatedField[Plan](slug_field="number", read_only=True)
    group = serializers.SlugRelatedField[PlanGroup](slug_field="number", read_only=True)
    phase = serializers.IntegerField(source="phase.number", allow_null=True, default=None)
    targets = serializers.SlugRelatedField[Target](slug_field="code", many=True, read_only=True)

    class Meta:
        model = Task
        fields = (
            "id",
            "plan",
            "group",
            "phase",
            "number",
            "title_vi",
            "title_en",
            "product_vi",
            "product_en",
            "due_text",
            "due_on",
            "due_kind",
            "lead_text",
            "coordinating_text",
            "targets",
            "provenance",
            "source_url",
        )


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """State, percent, deadline, status, waiting and last report are those of the day asked for."""

    plan = serializers.CharField(source="task.plan.number")
    group = serializers.IntegerField(source="task.group.number")
    number = serializers.CharField(source="task.number")
    title_vi = serializers.CharField(source="task.title_vi")
    title_en = serializers.CharField(source="task.title_en")
    agency = serializers.SlugRelatedField[Agency](slug_field="code", read_only=True)
    area = serializers.SlugRelatedField[Area](slug_field="code", read_only=True)
    coordinating = serializers.SlugRelatedField[Agency](
        slug_field="code", many=True, read_only=True
    )
    responsible = serializers.SerializerMethodField()
    due_on = serializers.DateField(source="due_then", allow_null=True)
    state = serializers.ChoiceField(source="state_then", choices=State.choices)
    percent = serializers.IntegerField(source="percent_then")
    status = serializers.SerializerMethodField()
    waiting = serializers.CharField(source="waiting_then")
    last_report_at = serializers.DateTimeField(source="reported_then", allow_null=True)

    class Meta:
        model = Assignment
        fields = (
            "id",
            "task",
            "plan",
            "group",
            "number",
            "title_vi",
            "title_en",
            "agency",
            "area",
            "coordinating",
            "assigned_on",
            "original_due_on",
            "due_on",
            "responsible",
            "state",
            "percent",
            "status",
            "waiting",
            "last_report_at",
            "version",
        )

    def get_responsible(self, assignment: Assignment) -> str:
        return str(assignment.responsible or assignment.responsible_text)

    @extend_schema_field(serializers.ChoiceField(choices=[s.value for s in DerivedStatus]))
    def get_status(self, assignment: Assignment) -> str | None:
        found: DerivedStatus | None = self.context["statuses"].get(assignment.pk)
        return found and found.value


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    class Meta:
        model = Evidence
        fields = ("id", "number", "dated", "issuer", "subject", "link", "file_name", "size")


class ReviewSerializer(serializers.ModelSerializer[Review]):
    by = serializers.StringRelatedField[Any]()

    class Meta:
        model = Review
        fields = ("decision", "reason", "by", "at")


class StatusReportSerializer(serializers.ModelSerializer[StatusReport]):
    reported_by = serializers.SerializerMethodField()
    reviews = ReviewSerializer(many=True, read_only=True)
    evidence = EvidenceSerializer(many=True, read_only=True)

    class Meta:
        model = StatusReport
        fields = (
            "id",
            "assignment",
            "state",
            "percent",
            "effective_on",
            "result",
            "unchanged",
            "cause_kind",
            "cause",
            "remedy",
            "expected_on",
            "reported_by",
            "recorded_at",
            "reviews",
            "evidence",
        )

    def get_reported_by(self, report: StatusReport) -> str:
        return str(report.reported_by_user or report.reported_by_client or "")


class ObstacleSerializer(serializers.ModelSerializer[Obstacle]):
    area = serializers.SlugRelatedField[Area](slug_field="code", read_only=True)

    class Meta:
        model = Obstacle
        fields = (
            "id",
            "area",
            "assignment",
            "category",
            "text_vi",
            "text_en",
            "opened_on",
            "resolved_on",
            "resolution",
            "proposal",
            "is_illustrative",
        )
