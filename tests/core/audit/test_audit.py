"""The audit: in the write's transaction, sealed, and telling when it was touched."""

import pytest
from django.db import connection, transaction

from core.audit import trail
from core.audit.trail import Origin, origin
from core.db import append_only
from core.models import AuditEvent, AuditSeal, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create(username="binh")


def test_an_event_names_actor_origin_subject_and_change(user: User) -> None:
    token = origin.set(Origin("10.0.0.7", "abc"))
    trail.record("renamed", user, by=user, before={"name": "a"}, after={"name": "b"})
    origin.reset(token)
    event = AuditEvent.objects.get()
    assert (event.user, event.address, event.request_id) == (user, "10.0.0.7", "abc")
    assert (event.subject_type, event.subject_key) == ("user", str(user.pk))
    assert (event.before, event.after) == ({"name": "a"}, {"name": "b"})


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(user: User) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        trail.record("tried", user, by=user)


def test_sealing_covers_every_event_once(user: User) -> None:
    for _ in range(3):
        trail.record("tried", user, by=user)
    assert trail.seal() == 3
    assert trail.seal() == 0
    trail.record("tried", user, by=user)
    assert trail.seal() == 1
    assert list(AuditSeal.objects.values_list("count", flat=True)) == [3, 1]
    assert trail.verify() == []


def test_an_altered_event_is_found(user: User) -> None:
    for _ in range(3):
        trail.record("tried", user, by=user)
    trail.seal()
    second = AuditEvent.objects.order_by("id")[1]
    with append_only.lifted(connection):
        AuditEvent.objects.filter(pk=second.pk).update(action="hidden")
    assert [fault.reason for fault in trail.verify()] == ["an event was altered"]


def test_a_removed_event_is_found(user: User) -> None:
    for _ in range(3):
        trail.record("tried", user, by=user)
    trail.seal()
    second = AuditEvent.objects.order_by("id")[1]
    with append_only.lifted(connection):
        AuditEvent.objects.filter(pk=second.pk).delete()
    assert [fault.reason for fault in trail.verify()] == ["2 events, 3 sealed"]


def test_a_removed_seal_is_found(user: User) -> None:
    for _ in range(2):
        trail.record("tried", user, by=user)
        trail.seal()
    with append_only.lifted(connection):
        AuditSeal.objects.order_by("first_id")[0].delete()
    assert [fault.reason for fault in trail.verify()] == ["the seal before it is gone"]
