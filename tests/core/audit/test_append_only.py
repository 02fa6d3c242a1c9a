"""The database itself refuses to change what only grows."""

import pytest
from django.db import DatabaseError, connection, transaction

from core.audit import trail
from core.calendar import clock
from core.db import append_only
from core.models import AuditEvent, Recalculation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def event() -> AuditEvent:
    user = User.objects.create(username="an")
    trail.record("tried", user, by=user)
    return AuditEvent.objects.get()


def test_it_refuses_update(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(action="changed")


def test_it_refuses_delete(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all()._raw_delete(AuditEvent.objects.db)


def test_the_tables_of_the_domain_that_only_grow() -> None:
    assert append_only.tables() == [
        "core_auditevent",
        "core_auditseal",
        "indicators_reading",
        "provinces_formername",
        "reports_frozenpicture",
        "reports_frozenreport",
        "reports_signedcopy",
        "tasks_contribution",
        "tasks_review",
        "tasks_statusreport",
    ]


def test_the_system_check_names_a_missing_trigger() -> None:
    assert append_only.missing_triggers(connection) == []
    append_only.remove_triggers(connection)
    try:
        errors = append_only.check_triggers(databases=["default"])
    finally:
        append_only.install_triggers(connection)
    assert any("tasks_review_no_" in error.msg for error in errors)
    assert {error.id for error in errors} == {"core.E001"}


def test_other_tables_change_freely() -> None:
    mark = Recalculation.objects.create(kind="x", key="1", since=clock.today())
    assert Recalculation.objects.filter(pk=mark.pk).update(attempts=1) == 1
