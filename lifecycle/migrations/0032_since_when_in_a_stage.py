"""Which records stand in a stage, and since when, is read from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0031_who_entered_a_stage")]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["workspace", "stage", "kind", "-created_at", "-id"],
                include=["entered_stage_at"],
                name="record_entered_in_stage",
            ),
        ),
        migrations.RemoveIndex(model_name="record", name="record_newest_in_stage"),
    ]
