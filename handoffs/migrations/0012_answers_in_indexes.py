"""What became of a record's handoffs, and of all across a seam, is read from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0011_nothing_refers_to_an_assignment")]

    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["workspace", "record", "-offered_at"],
                include=["seam", "state", "answered_at"],
                name="handoff_seams_of_record",
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["workspace", "seam", "-offered_at", "-id"],
                include=["state", "answered_at", "due_at"],
                name="handoff_answers_of_seam",
            ),
        ),
        migrations.RemoveIndex(model_name="handoff", name="handoff_of_record"),
        migrations.RemoveIndex(model_name="handoff", name="handoff_newest_of_seam"),
    ]
