"""A board keeps its filters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0014_marks_of_many_are_planned_anew")]

    operations = [
        migrations.AddField(
            "metricboard",
            "filters",
            models.JSONField(default=list, db_default=models.Value([], models.JSONField())),
        )
    ]
