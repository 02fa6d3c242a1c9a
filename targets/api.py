"""Targets and their assessments over REST."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import django_filters
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.urls import URLPattern, URLResolver
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from core.api.views import AS_OF, KNOWN_AT, ExactDecimal, FilterSet, ReadOnlyViewSet
from core.calendar import clock
from core.calendar.as_of import read_as_of, read_known_at
from core.web.requests import caller_of
from indicators.models import Indicator
from provinces.models import Area, Plan
from provinces.permissions import Caller
from targets.judging.verdict import Method
from targets.kinds import Verdict
from targets.labels import reason_in_words
from targets.models import Assessment, Milestone, Target
from targets.models.target import TargetQuerySet
from targets.services import assessment_of


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    value = ExactDecimal(read_only=True)

    class Meta:
        model = Milestone
        fields = ("year", "value")


class TargetSerializer(serializers.ModelSerializer[Target]):
    plan = serializers.SlugRelatedField[Plan](slug_field="number", read_only=True)
    area = serializers.SlugRelatedField[Area](slug_field="code", read_only=True)
    indicator = serializers.SlugRelatedField[Indicator](
        slug_field="code", read_only=True, allow_null=True
    )
    minimum = ExactDecimal(read_only=True, allow_null=True)
    maximum = ExactDecimal(read_only=True, allow_null=True)
    tolerance = ExactDecimal(read_only=True, allow_null=True)
    baseline_value = ExactDecimal(read_only=True, allow_null=True)
    milestones = MilestoneSerializer(many=True, read_only=True)
    verdict = serializers.ChoiceField(
        choices=[verdict.value for verdict in Verdict],
        read_only=True,
        allow_null=True,
        help_text="As of the day; null where it is not computed yet.",
    )

    class Meta:
        model = Target
        fields = (
            "code",
            "plan",
            "area",
            "indicator",
            "clause",
            "horizon_on",
            "comparator",
            "minimum",
            "maximum",
            "tolerance",
            "baseline_value",
            "baseline_period",
            "milestones",
            "unit_vi",
            "unit_en",
            "scope_vi",
            "scope_en",
            "name_vi",
            "name_en",
            "phrase_vi",
            "phrase_en",
            "source",
            "source_url",
            "verdict",
        )


class BaselineSerializer(serializers.Serializer[Any]):
    period = serializers.CharField()
    value = serializers.CharField()


class JudgedReadingSerializer(BaselineSerializer):
    obs_status = serializers.CharField()


class JudgementSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    verdict = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField()


class AssessmentSerializer(serializers.Serializer[Any]):
    """Shares are fractions to four decimals; a figure that cannot be computed is null."""

    target = serializers.CharField()
    as_of = serializers.DateField()
    verdict = serializers.ChoiceField(choices=[verdict.value for verdict in Verdict])
    method = serializers.ChoiceField(choices=[method.value for method in Method])
    reason = serializers.CharField(help_text="In words, why a figure is missing.")
    baseline = BaselineSerializer(allow_null=True)
    reading = JudgedReadingSerializer(allow_null=True)
    goal = serializers.CharField(allow_null=True)
    achieved_share = serializers.CharField(allow_null=True)
    elapsed_share = serializers.CharField(allow_null=True)
    pace = serializers.CharField(allow_null=True)
    cagr_actual = serializers.CharField(allow_null=True)
    cagr_required = serializers.CharField(allow_null=True)
    cagr_ratio = serializers.CharField(allow_null=True)
    second_verdict = serializers.CharField(allow_null=True)
    exceeded = serializers.BooleanField()
    judgement = JudgementSerializer(allow_null=True)
    expected_value = serializers.CharField(allow_null=True)
    projected_value = serializers.CharField(allow_null=True)
    projected_year = serializers.IntegerField(allow_null=True)


class TargetFilter(FilterSet):
    plan = django_filters.CharFilter("plan__number")
    area = django_filters.CharFilter("area__code")
    indicator = django_filters.CharFilter("indicator__code")
    verdict = django_filters.ChoiceFilter(choices=[(v.value, v.value) for v in Verdict])


@extend_schema_view(
    list=extend_schema(parameters=[AS_OF]), retrieve=extend_schema(parameters=[AS_OF])
)
class TargetViewSet(ReadOnlyViewSet[Target]):
    """Targets of documents issued on or before the day asked for."""

    queryset = Target.objects.all()
    serializer_class = TargetSerializer
    filterset_class = TargetFilter
    lookup_field = "code"

    def get_queryset(self) -> TargetQuerySet:
        day = read_as_of(self.request.query_params)
        assessments = Assessment.objects.filter(target=OuterRef("pk"), day__lte=day)
        return (
            self._visible()
            .as_of(day)
            .annotate(verdict=Subquery(assessments.order_by("-day").values("verdict")[:1]))
            .select_related("area", "indicator")
            .prefetch_related("milestones")
        )

    def _visible(self) -> TargetQuerySet:
        return Target.objects.visible_to(caller_of(self.request)).select_related("plan")

    @extend_schema(responses=AssessmentSerializer, parameters=[AS_OF, KNOWN_AT], filters=False)
    @action(detail=True, filter_backends=[], pagination_class=None)
    def assessment(self, request: Request, code: str) -> Response:
        """The verdict with every number that went in."""
        day, known_at = read_as_of(request.query_params), read_known_at(request.query_params)
        target = self._visible().filter(code=code).first()
        found = assessment_of(target, day, known_at) if target else None
        if found is None:
            raise Http404
        return Response(_represent(code, found.figures, day))


def _represent(code: str, figures: dict[str, Any], day: date) -> dict[str, Any]:
    answer = {**figures, "target": code, "as_of": day.isoformat()}
    answer["reason"] = reason_in_words(figures["reason"])
    # PostgreSQL does not keep the order of fields in JSON.
    return {name: answer[name] for name in AssessmentSerializer().get_fields()}


def changed_assessments(caller: Caller, keys: Collection[str]) -> Mapping[str, Any]:
    """For the feed of changes: today's, by the number of the target."""
    today = clock.today()
    targets = Target.objects.visible_to(caller).filter(pk__in=map(int, keys))
    rows = Assessment.objects.as_of(today).filter(target__in=targets).select_related("target")
    return {str(row.target_id): _represent(row.target.code, row.figures, today) for row in rows}


router = SimpleRouter()
router.register("targets", TargetViewSet)
urlpatterns: list[URLPattern | URLResolver] = router.urls
