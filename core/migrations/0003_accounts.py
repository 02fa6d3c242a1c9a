import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from core.text.vietnamese import fold, sort_key

_AT_ONCE = 500


def derive(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """As ``User.derive`` did when this was written."""
    people = apps.get_model("core", "User").objects
    found = list(people.only("full_name", "username", "office"))
    for one in found:
        rest, _space, given = (one.full_name or one.username).strip().rpartition(" ")
        one.name_key = sort_key(f"{given} {rest}")
        names = [one.full_name, one.username, one.office]
        one.search_text = fold(" | ".join(filter(None, names)))
    people.bulk_update(found, ["name_key", "search_text"], batch_size=_AT_ONCE)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_request_count"),
    ]

    operations = [
        migrations.CreateModel(
            name="AttemptCount",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("until", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="one_time_code",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="name_key",
            field=models.TextField(default="", editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="search_text",
            field=models.TextField(default="", editable=False),
        ),
        migrations.RunPython(derive, migrations.RunPython.noop),
    ]
