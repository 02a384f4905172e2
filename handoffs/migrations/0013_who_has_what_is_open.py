"""Who has an open handoff, across which seam and why, and which are late but not yet marked so, is read from indexes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0012_answers_in_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["workspace", "due_at"],
                condition=models.Q(state="offered", breached_at__isnull=True),
                name="handoff_late_unmarked",
            ),
        ),
        migrations.RemoveIndex(model_name="handoff", name="handoff_open_by_due"),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["workspace", "assignee", "due_at"],
                include=["id", "seam", "offered_at"],
                condition=models.Q(state="offered"),
                name="handoff_open_of_who",
            ),
        ),
        migrations.RemoveIndex(model_name="handoff", name="handoff_inbox"),
        migrations.RemoveConstraint(model_name="assignment", name="one_open_assignment"),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=["workspace", "handoff"],
                include=["pool", "cause", "at"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_assignment",
            ),
        ),
    ]
