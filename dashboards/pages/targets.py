"""Lists of targets with their verdicts, and the page of one target."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import JSONField, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.text.numbers import round_half_up
from core.web.public import open_to_all, reader_of
from core.web.requests import read_choice
from dashboards.frame.day import read_asked
from dashboards.frame.serving import serve
from dashboards.pages import reasoning
from dashboards.pages.not_issued import not_issued
from dashboards.pages.target import target_detail
from dashboards.text import figures, labels
from dashboards.text.labels import VERDICTS, verdict_sign
from provinces.models import Area
from targets.inputs import histories
from targets.judging.verdict import to_api
from targets.models import Assessment, Target
from targets.models.target import TargetQuerySet
from tasks.labels import Sign

NO_PROGRESS = frozenset({"no_data", "not_assessable", "judged_by_people"})
"""Verdicts that say why none about progress can be given."""
_LONGEST_CODE = 10
_NO_FIGURES: dict[str, Any] = {}


@dataclass(frozen=True)
class TargetLine:
    """A target as a row of a list. Shares are whole percents of the way from baseline to goal."""

    code: str
    name: str
    plan_number: str
    plan_id: int
    horizon: int
    asks: str
    verdict: str
    verdict_before: str
    sign: Sign
    judged: Sign | None
    """What people said of a target that no number measures."""
    judged_before: Sign | None
    reading: str
    reading_period: str
    reading_with_goal: str
    achieved_share: int | None
    elapsed_share: int | None

    @property
    def achieved_at(self) -> int:
        """Place of the dot on a line from 10 to 110; at both ends a little outside of it."""
        return 10 + max(-6, min(106, self.achieved_share or 0))

    @property
    def elapsed_at(self) -> int:
        return 10 + max(0, min(100, self.elapsed_share or 0))

    @property
    def lag(self) -> int:
        """By how many percent of the way it is behind the time; negative: ahead."""
        return (self.elapsed_share or 0) - (self.achieved_share or 0)

    @property
    def url(self) -> str:
        return f"/targets/{self.code}/"

    @property
    def quiet(self) -> str:
        """The verdict where it says nothing about progress, nobody judged and it has not moved."""
        is_told = self.judged or self.has_changed
        return self.verdict if self.verdict in NO_PROGRESS and not is_told else ""

    @property
    def has_changed(self) -> bool:
        return bool(self.verdict_before) and (
            self.verdict_before != self.verdict or self.judged != self.judged_before
        )

    @property
    def sign_before(self) -> Sign:
        return self.judged_before or VERDICTS[self.verdict_before]

    @property
    def sign_now(self) -> Sign:
        return self.judged or self.sign


@dataclass(frozen=True)
class VerdictGroup:
    """All targets of one verdict."""

    verdict: str
    sign: Sign
    lines: tuple[TargetLine, ...]
    before: int

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def is_judged(self) -> bool:
        """The verdict is about progress, and not about why none can be given."""
        return self.verdict not in NO_PROGRESS

    @property
    def change(self) -> int:
        return self.count - self.before


def national_targets() -> TargetQuerySet:
    """Targets of the nation's documents that implement no other: the Resolution's own."""
    return Target.objects.filter(plan__area__level=Area.Level.NATION, plan__implements__isnull=True)


def target_lines(
    targets: TargetQuerySet, day: date, before: date, known_at: datetime | None = None
) -> list[TargetLine]:
    """The targets of documents issued by the day, as assessed on it (one SQL query); with
    ``known_at`` as it would have been with what was recorded by then (three more)."""
    now, then = _in_force(day), _in_force(before)
    rows: Any = (
        targets.as_of(day)
        .annotate(
            verdict=Subquery(now.values("verdict")[:1]),
            figures=Subquery(now.values("figures")[:1], output_field=JSONField()),
            verdict_before=Subquery(then.values("verdict")[:1]),
            figures_before=Subquery(then.values("figures")[:1], output_field=JSONField()),
        )
        .select_related("plan", "indicator")
        .order_by("plan__issued_on", "plan", "position", "code")
    )
    if known_at:
        rows = judged_as_known(list(rows.prefetch_related("milestones")), day, before, known_at)
    lines = []
    for target in rows:
        found = target.figures or _NO_FIGURES
        verdict = target.verdict or "no_data"
        reading = found.get("reading") or {}
        lines.append(
            TargetLine(
                code=target.code,
                name=target.name,
                plan_number=target.plan.number,
                plan_id=target.plan_id,
                horizon=target.horizon_on.year,
                asks=labels.phrase(target),
                verdict=verdict,
                verdict_before=target.verdict_before or "",
                sign=verdict_sign(verdict, exceeded=bool(found.get("exceeded"))),
                judged=_judged(found),
                judged_before=_judged(target.figures_before or _NO_FIGURES),
                reading=labels.value_of(target, reading.get("value")),
                reading_period=figures.period(reading.get("period", "")),
                reading_with_goal=labels.against_goal(
                    target, reading.get("value"), found.get("goal")
                ),
                achieved_share=_percent(found.get("achieved_share")),
                elapsed_share=_percent(found.get("elapsed_share")),
            )
        )
    return lines


def judged_as_known(
    targets: list[Any], day: date, before: date, known_at: datetime
) -> Iterable[Any]:
    for row, history in zip(targets, histories(targets, known_at), strict=True):
        now, then = (history[1].on(one) for one in (day, before))
        row.verdict, row.figures = now.verdict, to_api(now)
        row.verdict_before = then.verdict if row.plan.issued_on <= before else None
        row.figures_before = to_api(then)
        yield row


def _in_force(day: date) -> QuerySet[Assessment]:
    """Of each target: the assessment that holds on the day comes first."""
    return Assessment.objects.filter(target=OuterRef("pk"), day__lte=day).order_by("-day")


def _judged(found: Mapping[str, Any]) -> Sign | None:
    said = found.get("judgement")
    return VERDICTS[said["verdict"]] if said else None


def _percent(share: str | None) -> int | None:
    return None if share is None else int(round_half_up(Decimal(share) * 100, 0))


def by_verdict(lines: Iterable[TargetLine]) -> list[VerdictGroup]:
    """Worst first; only verdicts that occur on one of the two days."""
    known = list(lines)
    groups = []
    for verdict in VERDICTS:
        members = tuple(line for line in known if line.verdict == verdict)
        before = sum(1 for line in known if line.verdict_before == verdict)
        if members or before:
            groups.append(VerdictGroup(verdict, VERDICTS[verdict], members, before))
    return groups


def lagging(lines: Iterable[TargetLine]) -> list[TargetLine]:
    """Those whose way and time are known, the farthest behind first."""
    known = (line for line in lines if None not in (line.achieved_share, line.elapsed_share))
    return sorted(known, key=lambda line: -line.lag)


def lag_question() -> str:
    return _("Which targets lag, and how far? Way achieved against time gone")


def lag_title(lines: Iterable[TargetLine]) -> str:
    drawn = lagging(lines)
    behind = [line for line in drawn if line.lag > 0]
    if not behind:
        return (
            _("No target with figures is behind the time") if drawn else _("No target has figures")
        )
    words = {"n": len(behind), "all": len(drawn), "name": behind[0].name}
    return _("%(n)s of %(all)s targets with figures are behind; the farthest: %(name)s") % words


@open_to_all
@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """``?area=VN`` or of a province: its own; ``?verdict=``: only those."""
    asked, verdict = read_asked(request.GET), read_choice(request.GET, "verdict", VERDICTS)
    area = request.GET.get("area", "").strip()[:_LONGEST_CODE]

    def context() -> dict[str, object]:
        rows = Target.objects.all()
        if area:
            rows = national_targets() if area == "VN" else rows.filter(area__code=area)
        lines = target_lines(rows, asked.day, asked.compared, asked.known_at)
        lines = [line for line in lines if verdict in {"", line.verdict}]
        return {
            "title": _("Targets"),
            "lines": lines,
            "verdict": verdict,
            "area": area,
            "groups": by_verdict(lines),
            "is_filtered": bool(area or verdict),
            "lagging": lagging(lines),
            "lag_title": lag_title(lines),
            "lag_question": lag_question(),
        }

    variant = (area, verdict)
    return serve(request, "dashboards/targets.html", asked, context, variant=variant)


@open_to_all
@require_safe
def target_page(request: HttpRequest, code: str) -> HttpResponse:
    user, asked = reader_of(request), read_asked(request.GET)

    def context() -> dict[str, object]:
        page = target_detail(user, code, asked)
        return {"title": page.target.name, "page": page, "reasoning": reasoning.of_target(page)}

    try:
        return serve(request, "dashboards/target.html", asked, context, variant=(code,))
    except Http404:
        later = Target.objects.filter(code=code).select_related("plan").first()
        if later is None:
            raise
        return not_issued(request, asked, later.plan, later.name)
