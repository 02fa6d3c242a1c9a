"""Frozen reports over REST, and freezing one."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from core.api.idempotency import HEADER, idempotent
from core.api.parameters import refuse_others
from core.api.views import APIView, FilterSet, ReadOnlyViewSet
from core.models import User
from core.web.requests import caller_of, download, media_type
from provinces.models import Area
from reports.content.figures import LEVELS, counts_in
from reports.content.words import in_words, sentence
from reports.files.named import file_name, files
from reports.frozen.corrections import corrections_of
from reports.frozen.services import freeze
from reports.models import FrozenReport, PeriodLength, ReportingPeriod
from reports.models.report import in_areas
from tasks.completion.counts import Counts

_ROW_NUMBER = "[0-9]{1,18}"


class FrozenReportSerializer(serializers.ModelSerializer[FrozenReport]):
    plan = serializers.CharField(source="period.plan.number")
    area = serializers.CharField(source="area.code")
    period = serializers.CharField(source="period.kind", help_text="week, month, quarter …")
    first_day = serializers.DateField(source="period.first_day")
    last_day = serializers.DateField(source="period.last_day")
    hash = serializers.CharField(source="digest", help_text="SHA-256 over everything in it.")
    counts = serializers.SerializerMethodField(
        help_text="As of /completion/: of the agencies, of the communes where there are none; then "
        "of both apart."
    )
    rate = serializers.SerializerMethodField()
    due_rate = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField(help_text="The address of each, by its name.")
    signed = serializers.SerializerMethodField(
        help_text="`number` and `signed_on` of the signed paper, null until it is put back."
    )

    class Meta:
        model = FrozenReport
        fields = (
            "id",
            "plan",
            "area",
            "period",
            "first_day",
            "last_day",
            "as_of",
            "known_at",
            "frozen_at",
            "version",
            "reason",
            "hash",
            "counts",
            "rate",
            "due_rate",
            "sentence",
            "files",
            "signed",
        )

    def get_counts(self, row: FrozenReport) -> dict[str, Any]:
        return {**self._first(row)[1].to_api(), **row.figures["counts"]}

    def get_rate(self, row: FrozenReport) -> str | None:
        return self._rates(row)[0]

    def get_due_rate(self, row: FrozenReport) -> str | None:
        return self._rates(row)[1]

    def _rates(self, row: FrozenReport) -> tuple[str | None, str | None]:
        told: Any = self._first(row)[1].to_api()
        return told["rate"], told["due_rate"]

    def get_sentence(self, row: FrozenReport) -> str:
        level, counts = self._first(row)
        return in_words(sentence(row.as_of, counts, level), counts)

    def _first(self, row: FrozenReport) -> tuple[str, Counts]:
        """The level that the sentence speaks of."""
        level = next((one for one in LEVELS if one in row.figures["counts"]), LEVELS[0])
        return level, counts_in(row.figures["figures"], f"{level}.")

    def get_files(self, row: FrozenReport) -> dict[str, str]:
        """``docx`` and ``xlsx`` are the report's own."""
        found = {name: f"/api/v1/reports/{row.pk}/{name}" for name in files()}
        own = {kind: found[f"report.{kind}"] for kind in ("docx", "xlsx")}
        return {**own, **found}

    def get_signed(self, row: FrozenReport) -> dict[str, Any] | None:
        copies = list(row.signed_copies.all())
        return {"number": copies[-1].number, "signed_on": copies[-1].signed_on} if copies else None


class WholeReportSerializer(FrozenReportSerializer):
    """``figures``: by key the row numbers behind it. ``rows``: as they were."""

    figures = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField()
    corrections = serializers.SerializerMethodField(
        help_text="What became known of the day after the report was frozen."
    )

    class Meta(FrozenReportSerializer.Meta):
        fields = (*FrozenReportSerializer.Meta.fields, "figures", "rows", "corrections")  # type: ignore[assignment]  # Longer.

    def get_figures(self, row: FrozenReport) -> dict[str, list[int]]:
        figures: dict[str, list[int]] = row.figures["figures"]
        return figures

    def get_rows(self, row: FrozenReport) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = row.figures["rows"]
        return rows

    def get_corrections(self, row: FrozenReport) -> list[dict[str, Any]]:
        return [
            {
                "kind": line.kind,
                "assignment": line.row.id,
                "recorded_at": line.recorded_at,
                "effect": line.effect,
                "was": line.was or None,
                "now": line.now or None,
                "status_reports": [
                    {"id": told.pk, "recorded_at": told.recorded_at} for told in line.reports
                ],
                "reviews": [
                    {"status_report": one.report_id, "decision": one.decision, "at": one.at}
                    for one in line.reviews
                ],
            }
            for line in corrections_of(row).lines
        ]


class ReportFilter(FilterSet):
    plan = django_filters.CharFilter("period__plan__number")
    area = django_filters.CharFilter("area__code")
    period = django_filters.ChoiceFilter(field_name="period__kind", choices=PeriodLength.choices)

    class Meta:
        model = FrozenReport
        fields = ("as_of",)


class ReportViewSet(ReadOnlyViewSet[FrozenReport]):
    """Reports as they were frozen; they never change."""

    queryset = FrozenReport.objects.none()
    filterset_class = ReportFilter
    lookup_value_regex = _ROW_NUMBER

    def get_serializer_class(self) -> type[FrozenReportSerializer]:
        return FrozenReportSerializer if self.action == "list" else WholeReportSerializer

    def get_queryset(self) -> QuerySet[FrozenReport]:
        rows = FrozenReport.objects.visible_to(caller_of(self.request))
        return (
            rows.select_related("period__plan", "area")
            .prefetch_related("signed_copies")
            .order_by("id")
        )


class FileRenderer(BaseRenderer):
    """Answers to every ``Accept`` that the type of the file satisfies; the view writes the file."""

    format = "file"

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type


class ReportFileView(APIView):
    def get_renderers(self) -> list[BaseRenderer]:
        return [FileRenderer(media_type(self.kwargs.get("name", "")).partition(";")[0])]

    @extend_schema(
        operation_id="reports_file",
        responses={200: OpenApiResponse(description="The file.")},
    )
    def get(self, request: Request, pk: int, name: str) -> HttpResponseBase:
        """A file of a frozen report, as `files` names it, in the language that is asked for."""
        rows = FrozenReport.objects.visible_to(caller_of(request))
        report = rows.select_related("period__plan", "area").filter(pk=pk).first()
        makers = files()
        if report is None or name not in makers:
            raise Http404
        return download(makers[name](report), file_name(report, name))


class FreezeSerializer(serializers.Serializer[Any]):
    area = serializers.CharField(max_length=32)
    reason = serializers.CharField(required=False, default="", help_text="Of a further version.")


class FreezeView(APIView):
    @extend_schema(
        operation_id="reports_freeze",
        request=FreezeSerializer,
        parameters=[OpenApiParameter(HEADER, location=OpenApiParameter.HEADER)],
        responses={201: FrozenReportSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Freeze the report of a period that has closed, for an area; people only."""
        caller = caller_of(request)
        sent = FreezeSerializer(data=request.data)
        period = ReportingPeriod.objects.select_related("plan__area").filter(pk=pk).first()
        if not isinstance(caller, User) or period is None:
            raise Http404
        refuse_others(request.data, sent.fields)
        sent.is_valid(raise_exception=True)
        areas = Area.objects.within(period.plan.area).filter(in_areas(caller, "path"))
        area = areas.filter(code=sent.validated_data["area"]).first()
        if area is None:
            raise Http404
        report = freeze(period, area, by=caller, reason=sent.validated_data["reason"])
        return Response(FrozenReportSerializer(report).data, status=201)


router = SimpleRouter()
router.register("reports", ReportViewSet)
urlpatterns: list[URLPattern | URLResolver] = [
    path("reporting-periods/<int:pk>/freeze/", FreezeView.as_view()),
    path("reports/<int:pk>/<str:name>", ReportFileView.as_view()),
    *router.urls,
]
