"""What ladders still lacked: an acceptance can be taken back by an event that says so, late tasks are chased, and records
that stay too long in a stage have clocks."""

from typing import Any
from urllib.parse import unquote, urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.tenancy.walls import Walls

CONDITION = """
  (old.state <> 'offered' and
    (new.state, new.answered_at, new.answered_by_id, new.reason_id, new.note, new.due_at, new.offered_at)
    is distinct from
    (old.state, old.answered_at, old.answered_by_id, old.reason_id, old.note, old.due_at, old.offered_at){unless})
  or (old.breached_at is not null and new.breached_at is distinct from old.breached_at)
  or (old.first_touched_at is not null and new.first_touched_at is distinct from old.first_touched_at)
  or (old.result_id is not null and new.result_id is distinct from old.result_id{unless})
  or (new.id, new.workspace_id, new.number, new.seam_id, new.record_id)
    is distinct from (old.id, old.workspace_id, old.number, old.seam_id, old.record_id)
"""
UNDONE = """ and not (old.state = 'accepted' and new.state = 'offered'
    and public.is_said_now(old.workspace_id, old.record_id, array['handoff.acceptance_undone']))"""
GUARD = """
drop trigger answered on handoffs_handoff;
create trigger answered before update on handoffs_handoff for each row when ({condition})
  execute function public.refuse_change();
"""
REFERENCE = """
alter table handoffs_task add constraint handoffs_task_about_id_in
  foreign key (workspace_id, about_id) references handoffs_task (workspace_id, id) deferrable initially deferred;
"""
# A record that goes as a whole takes its clocks along: they are no history of their own.
GOES_ALONG = """
alter table handoffs_stageclock drop constraint handoffs_stageclock_record_id_in;
alter table handoffs_stageclock add constraint handoffs_stageclock_record_id_in
  foreign key (workspace_id, record_id) references lifecycle_record (workspace_id, id)
  on delete cascade deferrable initially deferred;
"""
# What is late already when this comes is chased no more: nobody is told of a hundred old tasks at once.
NO_MORE = "update handoffs_task set chased = 2 where done_at is null and due_at < now()"


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have a task to chase or a record that stays too long."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    columns = "workspace_id, kind, due_at, done_at, chased, chase_at"
    schema_editor.execute(f"grant select ({columns}) on handoffs_task to {quoted}")
    schema_editor.execute(f"create policy due_work on handoffs_task for select to {quoted} using (done_at is null)")
    schema_editor.execute(f"grant select (workspace_id, next_rung_at) on handoffs_stageclock to {quoted}")
    schema_editor.execute(
        f"create policy due_work on handoffs_stageclock for select to {quoted} using (next_rung_at is not null)"
    )


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policies go."""
    schema_editor.execute("drop policy if exists due_work on handoffs_task")
    schema_editor.execute("drop policy if exists due_work on handoffs_stageclock")


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0032_capacities"),
        ("lifecycle", "0034_undo_items_in_turn"),
        ("workspaces", "0014_scanner_knows_samples"),
    ]

    operations = [
        migrations.RunSQL(
            GUARD.format(condition=CONDITION.format(unless=UNDONE)), GUARD.format(condition=CONDITION.format(unless=""))
        ),
        migrations.AddField(
            "task",
            "about",
            core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chased_by",
                to="handoffs.task",
            ),
        ),
        migrations.AddField("task", "chase_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("task", "chased", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.RunSQL(NO_MORE, migrations.RunSQL.noop),
        migrations.RunSQL(REFERENCE, "alter table handoffs_task drop constraint handoffs_task_about_id_in"),
        migrations.AddIndex(
            "task",
            models.Index(
                condition=models.Q(
                    ("chased", 0),
                    ("done_at__isnull", True),
                    ("due_at__isnull", False),
                    models.Q(("kind__in", ["breach", "raise"]), _negated=True),
                ),
                fields=["workspace", "due_at"],
                name="task_to_remind",
            ),
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                condition=models.Q(("chase_at__isnull", False), ("done_at__isnull", True)),
                fields=["workspace", "chase_at"],
                name="task_to_raise",
            ),
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                condition=models.Q(("about__isnull", False)), fields=["workspace", "about"], name="task_about"
            ),
        ),
        migrations.CreateModel(
            name="StageClock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.tenancy.ids.NewId(),
                        default=core.tenancy.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("stage_id", models.UUIDField()),
                ("blueprint_version", models.PositiveIntegerField()),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("rungs", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("taken", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ("rung", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("next_rung_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "record",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stage_clocks",
                        to="lifecycle.record",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "record", "stage_id", "entered_at"), name="stage_clock_once"
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_rung_at__isnull", False)),
                        fields=["workspace", "next_rung_at"],
                        name="stage_clock_due",
                    )
                ],
            },
        ),
        Walls("StageClock"),
        migrations.RunSQL(GOES_ALONG, migrations.RunSQL.noop),
        migrations.RunPython(let_scanner_look, leave),
    ]
