import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def count_without_waiting(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """A count lost in a crash costs nothing; one written to disk costs every request a wait."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE core_requestcount SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="core.apiclient",
                    ),
                ),
                ("minute", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunPython(count_without_waiting, migrations.RunPython.noop),
    ]
