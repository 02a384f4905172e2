"""Who did something is kept by id, as with stays: an event asks for its workspace only, which is what holds it there
(docs/decisions/0174)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0007_events_ask_for_less"), ("workspaces", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "alter table history_event drop constraint history_event_actor_id_in",
            "alter table history_event add constraint history_event_actor_id_in "
            "foreign key (workspace_id, actor_id) references workspaces_member (workspace_id, id) "
            "deferrable initially deferred",
            state_operations=[
                migrations.RemoveField("event", "actor"),
                migrations.AddField("event", "actor_id", models.UUIDField(blank=True, null=True)),
                migrations.AddField(
                    "event",
                    "actor",
                    models.ForeignObject(
                        from_fields=["actor_id"],
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workspaces.member",
                        to_fields=["id"],
                    ),
                ),
            ],
        ),
    ]
