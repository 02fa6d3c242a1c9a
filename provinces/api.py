"""Areas, agencies and documents over REST: reference data, open to whoever is signed in."""

import django_filters
from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from core.api.views import AS_OF, FilterSet, ReadOnlyViewSet
from core.calendar.as_of import read_as_of
from provinces.models import Agency, Area, Phase, Plan, PlanGroup


class AreaSerializer(serializers.ModelSerializer[Area]):
    parent = serializers.SlugRelatedField[Area](  # type: ignore[assignment]  # Hides DRF's own.
        slug_field="code", read_only=True, allow_null=True
    )
    successor = serializers.SlugRelatedField[Area](
        slug_field="code", read_only=True, allow_null=True
    )

    class Meta:
        model = Area
        fields = (
            "code",
            "official_code",
            "level",
            "kind",
            "name_vi",
            "name_en",
            "short_name_vi",
            "short_name_en",
            "parent",
            "is_active",
            "merged_on",
            "successor",
            "ended_on",
            "lat",
            "lon",
        )


class AreaFilter(FilterSet):
    parent = django_filters.CharFilter("parent__code")

    class Meta:
        model = Area
        fields = ("level", "kind", "parent", "is_active")


class AreaViewSet(ReadOnlyViewSet[Area]):
    queryset = Area.objects.select_related("parent", "successor")
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    lookup_field = "code"


class AgencySerializer(serializers.ModelSerializer[Agency]):
    area = serializers.SlugRelatedField[Area](slug_field="code", read_only=True)
    parent = serializers.SlugRelatedField[Agency](  # type: ignore[assignment]  # Hides DRF's own.
        slug_field="code", read_only=True, allow_null=True
    )
    successor = serializers.SlugRelatedField[Agency](
        slug_field="code", read_only=True, allow_null=True
    )

    class Meta:
        model = Agency
        fields = (
            "code",
            "area",
            "parent",
            "name_vi",
            "name_en",
            "short_name_vi",
            "short_name_en",
            "head_title_vi",
            "head_title_en",
            "protocol_order",
            "successor",
            "merged_on",
            "is_illustrative",
        )


class AgencyFilter(FilterSet):
    area = django_filters.CharFilter("area__code")
    parent = django_filters.CharFilter("parent__code")


class AgencyViewSet(ReadOnlyViewSet[Agency]):
    queryset = Agency.objects.select_related("area", "parent", "successor")
    serializer_class = AgencySerializer
    filterset_class = AgencyFilter
    lookup_field = "code"


class PhaseSerializer(serializers.ModelSerializer[Phase]):
    class Meta:
        model = Phase
        fields = ("number", "name_vi", "name_en", "starts_on", "ends_on")


class PlanGroupSerializer(serializers.ModelSerializer[PlanGroup]):
    class Meta:
        model = PlanGroup
        fields = ("number", "name_vi", "name_en")


class PlanSerializer(serializers.ModelSerializer[Plan]):
    area = serializers.SlugRelatedField[Area](slug_field="code", read_only=True)
    implements = serializers.SlugRelatedField[Plan](
        slug_field="number", read_only=True, allow_null=True
    )
    standing_agency = serializers.SlugRelatedField[Agency](
        slug_field="code", read_only=True, allow_null=True
    )
    cadence = serializers.SerializerMethodField(
        help_text="How often reports are due: week, month, quarter, half, nine_months or year; the "
        "first that was set, empty where none is."
    )
    phases = PhaseSerializer(many=True, read_only=True)
    groups = PlanGroupSerializer(many=True, read_only=True)

    class Meta:
        model = Plan
        fields = (
            "id",
            "number",
            "kind",
            "name_vi",
            "name_en",
            "issuer_vi",
            "issuer_en",
            "issued_on",
            "base_year",
            "area",
            "implements",
            "standing_agency",
            "requires_review",
            "requires_agency_approval",
            "cadence",
            "phases",
            "groups",
            "source_url",
        )

    def get_cadence(self, row: Plan) -> str:
        """Schedules are of a floor above, which gives the plan this list of them."""
        first = min(row.reporting_schedules.all(), key=lambda one: one.pk, default=None)
        return first.kind if first else ""


class PlanFilter(FilterSet):
    number = django_filters.CharFilter("number")
    kind = django_filters.ChoiceFilter(choices=Plan.Kind.choices)
    area = django_filters.CharFilter("area__code")


@extend_schema_view(
    list=extend_schema(parameters=[AS_OF]), retrieve=extend_schema(parameters=[AS_OF])
)
class PlanViewSet(ReadOnlyViewSet[Plan]):
    """Documents issued on or before the day asked for."""

    queryset = Plan.objects.select_related(
        "area", "implements", "standing_agency"
    ).prefetch_related("phases", "groups", "reporting_schedules")
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Plan]:
        day = read_as_of(self.request.query_params)
        return super().get_queryset().filter(issued_on__lte=day)


router = SimpleRouter()
router.register("areas", AreaViewSet)
router.register("agencies", AgencyViewSet)
router.register("plans", PlanViewSet)
urlpatterns: list[URLPattern | URLResolver] = router.urls
