"""The Django admin: every table is listed, searched and, where it may be, changed with a trace."""

from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from core.admin import ReadOnlyAdmin
from core.calendar import clock
from core.db.append_only import AppendOnly
from core.models import AuditEvent, Recalculation, User
from core.queue import recalculation
from indicators.models import Indicator
from provinces.models import Area, Plan
from targets.models import Target
from tests.factories import IndicatorFactory, PlanFactory, TargetFactory, UserFactory, reading

pytestmark = pytest.mark.django_db

TABLES = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
IDS = [model._meta.label for model, _ in TABLES]


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(UserFactory.create(is_superuser=True, is_staff=True))
    return client


@pytest.fixture
def target() -> Target:
    plan = PlanFactory.create(issued_on=date(2025, 1, 1))
    indicator = IndicatorFactory.create(code="share")
    reading(indicator, plan.area, "2025", "1")
    return TargetFactory.create(plan=plan, indicator=indicator)


def url(model: type[Any], page: str = "") -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{page}"


def form_of(response: Any) -> dict[str, Any]:
    """What the browser would send back from a change page, untouched."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {
        form.add_prefix(name): "" if form[name].value() is None else form[name].value()
        for form in forms
        for name in form.fields
        if form[name].value() is not False
    }


@pytest.mark.parametrize(("model", "page"), TABLES, ids=IDS)
def test_a_table_is_listed_and_searched_in_few_queries(
    browser: Client,
    target: Target,
    model: type[Any],
    page: ModelAdmin[Any],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(10):
        assert browser.get(url(model)).status_code == 200
    if page.search_fields:
        assert browser.get(url(model), {"q": "Nghệ An"}).status_code == 200


@pytest.mark.parametrize(("model", "page"), TABLES, ids=IDS)
def test_what_only_services_write_cannot_be_added_by_hand(
    browser: Client, model: type[Any], page: ModelAdmin[Any]
) -> None:
    if issubclass(model, AppendOnly):
        assert isinstance(page, ReadOnlyAdmin)
    expected = 403 if isinstance(page, ReadOnlyAdmin) else 200
    assert browser.get(url(model, "add/")).status_code == expected


def test_areas_are_found_without_marks(browser: Client, target: Target) -> None:
    rows = browser.get(url(Area), {"q": "NGHE AN"}).context["cl"].queryset
    assert [area.code for area in rows] == ["40"]


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (Target, "minimum", "20"),
        (Indicator, "name_en", "Share"),
        (Plan, "base_year", "2021"),
    ],
)
def test_a_change_leaves_one_event_and_is_recalculated(
    browser: Client, target: Target, model: type[Any], field: str, value: str
) -> None:
    row = model._default_manager.get()
    page = browser.get(url(model, f"{row.pk}/change/"))
    response = browser.post(url(model, f"{row.pk}/change/"), {**form_of(page), field: value})
    assert response.status_code == 302, response.context["errors"]
    name = model._meta.model_name
    assert AuditEvent.objects.get().action == f"{name}.change"
    assert (Recalculation.objects.get().kind, Recalculation.objects.get().key) == (
        name,
        str(row.pk),
    )
    recalculation.drain()
    assert target.assessments.exists()


def test_a_code_in_an_address_is_never_changed(browser: Client, target: Target) -> None:
    page = browser.get(url(Target, f"{target.pk}/change/"))
    browser.post(url(Target, f"{target.pk}/change/"), {**form_of(page), "code": "other"})
    target.refresh_from_db()
    assert target.code != "other"


def test_only_superusers_come_in(client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True))
    assert client.get(url(User)).status_code == 302


@pytest.mark.parametrize(("month", "entered", "said"), [(11, (), 0), (12, (), 1), (12, (1,), 0)])
def test_from_december_on_the_first_page_asks_for_the_days_off_of_the_coming_year(
    browser: Client,
    monkeypatch: pytest.MonkeyPatch,
    month: int,
    entered: tuple[int, ...],
    said: int,
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, month, 1))
    with override_settings(R57_DAYS_OFF=frozenset(date(2027, 1, day) for day in entered)):
        page = browser.get("/admin/").content.decode()
    assert page.count("Chưa nhập ngày nghỉ năm 2027.") == said
