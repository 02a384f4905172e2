"""A list by stage, owner, source or address reads an index that begins with it, and finds nothing as soon as something."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0014_definitions_nobody_points_at")]

    operations = [
        migrations.RemoveIndex("record", "record_in_stage"),
        migrations.AddIndex(
            "record",
            models.Index(fields=["workspace", "stage", "kind", "-created_at", "-id"], name="record_newest_in_stage"),
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                fields=["workspace", "owner", "kind", "-created_at", "-id"],
                condition=models.Q(owner__isnull=False),
                name="record_newest_of_owner",
            ),
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                fields=["workspace", "kind", "-created_at", "-id"],
                condition=models.Q(owner__isnull=True),
                name="record_newest_of_nobody",
            ),
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                fields=["workspace", "source", "kind", "-created_at", "-id"],
                condition=~models.Q(source=""),
                name="record_newest_of_source",
            ),
        ),
        migrations.AddIndex(
            "record",
            models.Index(fields=["workspace", "email"], condition=~models.Q(email=""), name="record_of_email"),
        ),
    ]
