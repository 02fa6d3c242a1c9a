from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0007_touches")]

    operations = [
        migrations.AddField(
            model_name="requestcount",
            name="written",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]
