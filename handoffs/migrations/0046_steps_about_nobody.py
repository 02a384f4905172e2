"""A step that is about nobody who is here says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0043_handovers_by_a_worker")]

    operations = [
        migrations.AlterField(
            "escalation",
            "skipped",
            models.CharField(
                blank=True,
                choices=[
                    ("", "It was taken"),
                    ("unmet", "Its condition was not met"),
                    ("unknown", "What its condition asks was not known"),
                    ("made", "A task had been made already"),
                    ("earlier", "Its moment was over when the ladder began"),
                    ("nobody", "Nobody it is about was here"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        )
    ]
