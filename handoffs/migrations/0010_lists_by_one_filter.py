"""A list by seam, state, assignee or lateness reads an index that begins with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0009_definitions_nobody_points_at")]

    operations = [
        migrations.RemoveIndex("handoff", "handoff_of_seam"),
        migrations.AddIndex(
            "handoff",
            models.Index(fields=["workspace", "seam", "-offered_at", "-id"], name="handoff_newest_of_seam"),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(fields=["workspace", "state", "-offered_at", "-id"], name="handoff_newest_in_state"),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(
                fields=["workspace", "assignee", "-offered_at", "-id"],
                condition=models.Q(assignee__isnull=False),
                name="handoff_newest_of_who",
            ),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(
                fields=["workspace", "-offered_at", "-id"],
                condition=models.Q(assignee__isnull=True),
                name="handoff_newest_of_nobody",
            ),
        ),
        migrations.AddIndex(
            "handoff",
            models.Index(
                fields=["workspace", "-offered_at", "-id"],
                condition=models.Q(breached_at__isnull=False),
                name="handoff_newest_late",
            ),
        ),
    ]
