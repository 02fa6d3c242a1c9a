"""Addresses of this floor under /api/v1/."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from tasks.api.completion import CompletionView
from tasks.api.lists import (
    AssignmentViewSet,
    ObstacleViewSet,
    StatusReportViewSet,
    TaskViewSet,
)
from tasks.api.reporting import AssignmentReportsView

router = SimpleRouter()
router.register("tasks", TaskViewSet)
router.register("assignments", AssignmentViewSet)
router.register("status-reports", StatusReportViewSet)
router.register("obstacles", ObstacleViewSet)
urlpatterns: list[URLPattern | URLResolver] = [
    path("completion/", CompletionView.as_view()),
    path("assignments/<int:pk>/status-reports/", AssignmentReportsView.as_view()),
    *router.urls,
]
