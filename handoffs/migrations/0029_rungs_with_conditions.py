"""A step of a ladder may be passed over, which is noted with its reason; and a handoff has a priority that steps raise."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0024_rungs_of_clocks")]

    operations = [
        migrations.AddField(
            "escalation",
            "skipped",
            models.CharField(
                blank=True,
                choices=[
                    ("", "It was taken"),
                    ("unmet", "Its condition was not met"),
                    ("unknown", "What its condition asks was not known"),
                    ("made", "A task had been made already"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField("handoff", "priority", models.PositiveSmallIntegerField(db_default=0, default=0)),
    ]
