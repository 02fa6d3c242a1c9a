"""Lists of the tasks, assignments, status reports and obstacles that the caller may see."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import AS_OF, FilterSet, ReadOnlyViewSet
from core.calendar.as_of import read_as_of
from core.web.requests import caller_of
from provinces.models import Area
from tasks.api.representation import (
    AssignmentSerializer,
    ObstacleSerializer,
    StatusReportSerializer,
    TaskSerializer,
)
from tasks.completion.as_of import state_on, statuses_on
from tasks.models import Assignment, Obstacle, StatusReport, Task
from tasks.models.obstacle import ObstacleCategory
from tasks.states import State

AS_OF_BOTH = extend_schema_view(
    list=extend_schema(parameters=[AS_OF]), retrieve=extend_schema(parameters=[AS_OF])
)
_ROW_NUMBER = "[0-9]{1,18}"


class AreaFilterSet(FilterSet):
    def of_area(self, rows: QuerySet[Any], lookup: str, code: str) -> QuerySet[Any]:
        """Rows of the area with that code and of all below it, as its borders were on the day."""
        area = Area.objects.filter(code=code).first()
        return rows.filter(area.here_on(read_as_of(self.data), lookup)) if area else rows.none()


class TaskFilter(FilterSet):
    plan = django_filters.CharFilter("plan__number")
    group = django_filters.NumberFilter("group__number")
    phase = django_filters.NumberFilter("phase__number")
    target = django_filters.CharFilter("targets__code")

    class Meta:
        model = Task
        fields = ("due_kind", "provenance")


class AssignmentFilter(AreaFilterSet):
    plan = django_filters.CharFilter("task__plan__number")
    group = django_filters.NumberFilter("task__group__number")
    task = django_filters.NumberFilter("task_id")
    agency = django_filters.CharFilter("agency__code")
    area = django_filters.CharFilter("area", method="of_area")
    state = django_filters.ChoiceFilter("state_then", choices=State.choices)
    due_before = django_filters.DateFilter("due_then", lookup_expr="lt")


class StatusReportFilter(AreaFilterSet):
    assignment = django_filters.NumberFilter("assignment_id")
    plan = django_filters.CharFilter("assignment__task__plan__number")
    agency = django_filters.CharFilter("assignment__agency__code")
    area = django_filters.CharFilter("assignment__area", method="of_area")
    state = django_filters.ChoiceFilter(choices=State.choices)
    effective_from = django_filters.DateFilter("effective_on", lookup_expr="gte")


class ObstacleFilter(AreaFilterSet):
    assignment = django_filters.NumberFilter("assignment_id")
    plan = django_filters.CharFilter("assignment__task__plan__number")
    area = django_filters.CharFilter("area", method="of_area")
    category = django_filters.ChoiceFilter(choices=ObstacleCategory.choices)


@AS_OF_BOTH
class TaskViewSet(ReadOnlyViewSet[Task]):
    """What must be done, of documents issued by the day."""

    queryset = Task.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilter
    lookup_value_regex = _ROW_NUMBER

    def get_queryset(self) -> QuerySet[Task]:
        day = read_as_of(self.request.query_params)
        rows = Task.objects.visible_to(caller_of(self.request)).filter(plan__issued_on__lte=day)
        return rows.select_related("plan", "group", "phase").prefetch_related("targets")


@AS_OF_BOTH
class AssignmentViewSet(ReadOnlyViewSet[Assignment]):
    """Who must do it, and how it stood on the day."""

    queryset = Assignment.objects.all()
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentFilter
    lookup_value_regex = _ROW_NUMBER

    @property
    def day(self) -> date:
        return read_as_of(self.request.query_params)

    def get_queryset(self) -> QuerySet[Assignment]:
        rows = Assignment.objects.visible_to(caller_of(self.request)).select_related(
            "task__plan", "task__group", "agency", "area", "responsible"
        )
        return state_on(rows.prefetch_related("coordinating"), self.day)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._data(page))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With its version as ETag, to be sent back as If-Match."""
        assignment = self.get_object()
        return Response(self._data([assignment])[0], headers={"ETag": f'"{assignment.version}"'})

    def _data(self, assignments: Sequence[Assignment]) -> Any:
        statuses = statuses_on(assignments, self.day)
        return AssignmentSerializer(assignments, many=True, context={"statuses": statuses}).data


@AS_OF_BOTH
class StatusReportViewSet(ReadOnlyViewSet[StatusReport]):
    """The history: reports effective by the day, with their reviews and evidence."""

    queryset = StatusReport.objects.all()
    serializer_class = StatusReportSerializer
    filterset_class = StatusReportFilter
    lookup_value_regex = _ROW_NUMBER

    def get_queryset(self) -> QuerySet[StatusReport]:
        day = read_as_of(self.request.query_params)
        rows = StatusReport.objects.visible_to(caller_of(self.request)).effective_by(day)
        return rows.select_related("reported_by_user", "reported_by_client").prefetch_related(
            "reviews__by", "evidence"
        )


@AS_OF_BOTH
class ObstacleViewSet(ReadOnlyViewSet[Obstacle]):
    """What stood in the way, opened by the day."""

    queryset = Obstacle.objects.all()
    serializer_class = ObstacleSerializer
    filterset_class = ObstacleFilter
    lookup_value_regex = _ROW_NUMBER

    def get_queryset(self) -> QuerySet[Obstacle]:
        day = read_as_of(self.request.query_params)
        rows = Obstacle.objects.visible_to(caller_of(self.request)).filter(opened_on__lte=day)
        return rows.select_related("area")
