"""Events, of which there are most, ask for less: nothing refers to one, and those of a record are found by the record."""

from django.db import migrations, models

INDEX = {"fields": ["workspace", "subject_id", "-at"], "name": "event_of_subject"}


class Migration(migrations.Migration):
    dependencies = [("history", "0006_security_log_is_kept_so_long")]

    operations = [
        migrations.RunSQL(
            "alter table history_event drop constraint history_event_pair",
            "alter table history_event add constraint history_event_pair unique (workspace_id, id)",
        ),
        migrations.RemoveIndex("event", "event_of_subject"),
        migrations.AddIndex("event", models.Index(condition=~models.Q(subject_kind="record"), **INDEX)),
    ]
