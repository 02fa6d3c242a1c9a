"""Rows for tests that say only what matters to them.

Call ``.create()`` (typed), not the class. The cast is known: the nation VN, province 40 (Nghệ An),
its communes; plan 305-KH/TU of province 40; users with the password ``PASSWORD``.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone
from factory.declarations import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password

from core.accounts.credentials import hash_code, new_key
from core.calendar import clock
from core.calendar.periods import parse_period
from core.models import ApiClient, ApiKey, User
from indicators.coverage import after_readings
from indicators.models import ClientScope, Indicator, Reading
from provinces.models import Agency, Area, DisplayKey, Membership, Phase, Plan, PlanGroup, WallPage
from targets.models import Target
from tasks.models import (
    Assignment,
    CancelRequest,
    ExtensionRequest,
    Obstacle,
    Review,
    StatusReport,
    Task,
)
from tasks.status.history import keep_spans

PASSWORD = "nghe-an-57-kh-305"


# Who and where --------------------------------------------------------------------------------


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"user{n}")
    full_name = Sequence(lambda n: f"Nguyễn Văn {n}")
    password = Password(PASSWORD)


class NationFactory(DjangoModelFactory[Area]):
    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = "VN"
    official_code = "VN"
    level = Area.Level.NATION
    kind = Area.Kind.NATION
    name_vi = "Việt Nam"
    name_en = "Viet Nam"
    short_name_vi = SelfAttribute("name_vi")
    short_name_en = SelfAttribute("name_en")


class ProvinceFactory(DjangoModelFactory[Area]):
    """Nghệ An, or another province of the given code."""

    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = "40"
    official_code = SelfAttribute("code")
    level = Area.Level.PROVINCE
    kind = Area.Kind.PROVINCE
    parent = SubFactory(NationFactory)
    name_vi = LazyAttribute(lambda o: f"Tỉnh {o.short_name_vi}")
    name_en = LazyAttribute(lambda o: f"{o.short_name_en} Province")
    short_name_vi = LazyAttribute(lambda o: "Nghệ An" if o.code == "40" else f"Số {o.code}")
    short_name_en = LazyAttribute(lambda o: "Nghe An" if o.code == "40" else f"No. {o.code}")


class CommuneFactory(DjangoModelFactory[Area]):
    class Meta:
        model = Area
        django_get_or_create = ("code",)

    code = Sequence(lambda n: f"{16000 + n}")
    official_code = SelfAttribute("code")
    level = Area.Level.COMMUNE
    kind = Area.Kind.COMMUNE
    parent = SubFactory(ProvinceFactory)
    name_vi = LazyAttribute(lambda o: f"Xã {o.short_name_vi}")
    short_name_vi = LazyAttribute(lambda o: f"Nam {o.code}")


class AgencyFactory(DjangoModelFactory[Agency]):
    class Meta:
        model = Agency

    code = Sequence(lambda n: f"agency-{n}")
    area = SubFactory(ProvinceFactory)
    name_vi = LazyAttribute(lambda o: f"Sở {o.code}")
    name_en = LazyAttribute(lambda o: f"Department {o.code}")


def member(user: User, role: str, place: Area | Agency) -> User:
    """The same user, now holding the role in that area or agency."""
    where = {"area": place} if isinstance(place, Area) else {"agency": place}
    Membership.objects.create(user=user, role=role, **where)
    user.__dict__.pop("_grants", None)
    return user


class PlanFactory(DjangoModelFactory[Plan]):
    class Meta:
        model = Plan
        django_get_or_create = ("number", "issuer_vi")

    number = "305-KH/TU"
    kind = Plan.Kind.PLAN
    name_vi = LazyAttribute(lambda o: f"Kế hoạch {o.number}")
    name_en = LazyAttribute(lambda o: f"Plan {o.number}")
    issuer_vi = "Tỉnh ủy Nghệ An"
    issued_on = date(2025, 1, 1)
    base_year = 2020
    area = SubFactory(ProvinceFactory)


class PhaseFactory(DjangoModelFactory[Phase]):
    class Meta:
        model = Phase

    plan = SubFactory(PlanFactory)
    number = Sequence(lambda n: n + 1)
    name_vi = LazyAttribute(lambda o: f"Giai đoạn {o.number}")
    name_en = LazyAttribute(lambda o: f"Phase {o.number}")


class GroupFactory(DjangoModelFactory[PlanGroup]):
    class Meta:
        model = PlanGroup
        django_get_or_create = ("plan", "number")

    plan = SubFactory(PlanFactory)
    number = 1
    name_vi = LazyAttribute(lambda o: f"Nhóm {o.number}")
    name_en = LazyAttribute(lambda o: f"Group {o.number}")


# What is measured -----------------------------------------------------------------------------


class IndicatorFactory(DjangoModelFactory[Indicator]):
    class Meta:
        model = Indicator
        django_get_or_create = ("code",)

    code = Sequence(lambda n: f"indicator_{n}")
    name_vi = LazyAttribute(lambda o: f"Số liệu {o.code}")
    name_en = LazyAttribute(lambda o: f"Data {o.code}")
    unit_vi = "%"
    unit_en = "%"


def reading(
    indicator: Indicator,
    area: Area,
    period: str,
    value: str | None,
    *,
    published_on: date | None = None,
    **fields: object,
) -> Reading:
    """The next vintage of a figure, published on the day after its period unless said."""
    span = parse_period(period)
    series = {"indicator": indicator, "area": area, "period": period, "base": fields.get("base", 0)}
    given: dict[str, object] = {
        **series,
        "first_day": span.first_day,
        "last_day": span.last_day,
        "value": None if value is None else Decimal(value),
        "value_text": value or "",
        "published_on": published_on or min(span.last_day, clock.today()),
        "recorded_at": clock.now(),
        "revision": Reading.objects.filter(**series).count() + 1,
        **fields,
    }
    made = Reading.objects.create(**given)
    after_readings({f"{indicator.pk}:{area.pk}": made.published_on})
    return made


DISPLAY_CODE = "K7MPX-4TRW9-HC6VE"


class DisplayKeyFactory(DjangoModelFactory[DisplayKey]):
    """A screen with every page, opened by DISPLAY_CODE."""

    class Meta:
        model = DisplayKey

    name = "Phòng họp"
    area = SubFactory(ProvinceFactory)
    pages = WallPage.values
    code_hash = hash_code(DISPLAY_CODE)
    made_by = SubFactory(UserFactory)
    made_at = LazyAttribute(lambda _: clock.now())


class ApiClientFactory(DjangoModelFactory[ApiClient]):
    class Meta:
        model = ApiClient

    name = Sequence(lambda n: f"Hệ thống {n}")
    owner = SubFactory(UserFactory)


def api_key(
    client: ApiClient | None = None,
    *,
    indicator: Indicator | None = None,
    area: Area | None = None,
    can_write: bool = True,
) -> str:
    """The text of a new key. Without a client a new one is made, scoped as said (None: all)."""
    if client is None:
        client = ApiClientFactory.create()
        ClientScope.objects.create(
            client=client, indicator=indicator, area=area, can_write=can_write
        )
    key = new_key()
    ApiKey.objects.create(client=client, public_id=key.public_id, secret_hash=key.secret_hash)
    return key.text


def bearer(key: str) -> dict[str, str]:
    """Headers for Django's test client: ``client.get(url, headers=bearer(key))``."""
    return {"Authorization": f"Bearer {key}"}


# What was promised ----------------------------------------------------------------------------


class TargetFactory(DjangoModelFactory[Target]):
    """At least 30 by the end of 2030, unless said."""

    class Meta:
        model = Target

    code = Sequence(lambda n: f"target-{n}")
    plan = SubFactory(PlanFactory)
    area = SelfAttribute("plan.area")
    indicator = SubFactory(IndicatorFactory)
    name_vi = LazyAttribute(lambda o: f"Chỉ tiêu {o.code}")
    name_en = LazyAttribute(lambda o: f"Target {o.code}")
    horizon_on = date(2030, 12, 31)
    comparator = ">="
    minimum = Decimal(30)


# What is being done ---------------------------------------------------------------------------


class TaskFactory(DjangoModelFactory[Task]):
    class Meta:
        model = Task

    plan = SubFactory(PlanFactory)
    group = SubFactory(GroupFactory, plan=SelfAttribute("..plan"))
    number = Sequence(lambda n: f"{n + 1}")
    title_vi = LazyAttribute(lambda o: f"Nhiệm vụ {o.number}")
    title_en = LazyAttribute(lambda o: f"Task {o.number}")
    due_on = date(2025, 12, 31)
    due_kind = "day"
    provenance = Task.Provenance.INTERNAL


class AssignmentFactory(DjangoModelFactory[Assignment]):
    """Assigned on 1 January 2025, due on the task's day (``task__due_on=``)."""

    class Meta:
        model = Assignment

    task = SubFactory(TaskFactory)
    agency = SubFactory(AgencyFactory)
    area = SelfAttribute("agency.area")
    assigned_on = date(2025, 1, 1)
    original_due_on = SelfAttribute("task.due_on")
    due_on = SelfAttribute("original_due_on")


_Row = TypeVar("_Row", StatusReport, Review, ExtensionRequest)


class _EventFactory(DjangoModelFactory[_Row]):
    """What tells how an assignment stood: its spans follow."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[_Row], *args: Any, **kwargs: Any) -> Any:
        made: Any = super()._create(model_class, *args, **kwargs)  # type: ignore[no-untyped-call]
        keep_spans([getattr(made, "report", made).assignment_id])
        return made


class StatusReportFactory(_EventFactory[StatusReport]):
    """A raw row: the assignment's spans follow, its own columns do not; use the services for
    that."""

    class Meta:
        model = StatusReport

    assignment = SubFactory(AssignmentFactory)
    state = "in_progress"
    percent = 10
    effective_on = date(2025, 3, 1)
    recorded_at = LazyAttribute(lambda o: _morning(o.effective_on))
    reported_by_user = SubFactory(UserFactory)


class ReviewFactory(_EventFactory[Review]):
    """A raw row: accepted at the moment the report was recorded."""

    class Meta:
        model = Review

    report = SubFactory(StatusReportFactory)
    decision = Review.Decision.ACCEPTED
    reason = LazyAttribute(lambda o: "Thiếu minh chứng" if o.decision == "returned" else "")
    by = SubFactory(UserFactory)
    at = SelfAttribute("report.recorded_at")


class ObstacleFactory(DjangoModelFactory[Obstacle]):
    class Meta:
        model = Obstacle

    assignment = SubFactory(AssignmentFactory)
    area = SelfAttribute("assignment.area")
    category = "people"
    text_vi = "Thiếu cán bộ chuyên trách"
    text_en = "No full-time staff"
    opened_on = date(2025, 6, 1)


class CancelRequestFactory(DjangoModelFactory[CancelRequest]):
    """A raw row: one request that waits for its decision."""

    class Meta:
        model = CancelRequest

    assignment = SubFactory(AssignmentFactory)
    reason = "Đã có nhiệm vụ khác thay thế"
    requested_by = SubFactory(UserFactory)
    requested_at = LazyAttribute(lambda o: _morning(o.assignment.assigned_on))


class ExtensionFactory(_EventFactory[ExtensionRequest]):
    """A raw row: one request that waits for its decision."""

    class Meta:
        model = ExtensionRequest

    assignment = SubFactory(AssignmentFactory)
    new_due_on = date(2026, 6, 30)
    reason = "Chờ hướng dẫn"
    requested_by = SubFactory(UserFactory)
    requested_at = LazyAttribute(lambda o: _morning(o.assignment.assigned_on))


def _morning(day: date) -> datetime:
    """Eight o'clock of that day, in Viet Nam."""
    return timezone.make_aware(datetime.combine(day, time(8)))
