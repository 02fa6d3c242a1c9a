"""When reports close stood at the document and in its schedules; from here on in the schedules."""

from datetime import time

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.timezone import localdate

_LAST = {"week": 7}
_LAST_OF_ANY_MONTH = 31


def move(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A document that named no day closes on the last of its period. No past periods are made."""
    schedule = apps.get_model("reports", "ReportingSchedule")
    for plan in apps.get_model("provinces", "Plan").objects.exclude(cadence="").order_by("pk"):
        last = _LAST.get(plan.cadence, _LAST_OF_ANY_MONTH)
        schedule.objects.get_or_create(
            plan=plan,
            kind=plan.cadence,
            defaults={
                "closing_day": min(plan.closing_day or last, last),
                "closing_time": plan.closing_time or time(16),
                "since": localdate(),
            },
        )


def move_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A document takes the first that was set, of the kinds that it knows."""
    kinds = ("week", "month", "quarter", "half", "year")
    schedules = apps.get_model("reports", "ReportingSchedule").objects.filter(kind__in=kinds)
    for one in schedules.select_related("plan").order_by("-pk"):
        plan = one.plan
        plan.cadence, plan.closing_day = one.kind, one.closing_day
        plan.closing_time = one.closing_time
        plan.save(update_fields=["cadence", "closing_day", "closing_time"])


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_pictures"), ("provinces", "0011_display_keys")]
    run_before = [("provinces", "0012_no_schedule_at_the_document")]
    operations = [migrations.RunPython(move, move_back)]
