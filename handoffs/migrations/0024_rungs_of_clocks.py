"""A clock keeps its steps and when the next one falls due; the scan looks there. What a handoff kept of them goes over; its
columns stay until nothing that runs could still ask for them."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import migrations, models

# What had been set aside keeps its moment. A clock that stopped has no step left.
GOES_OVER = """
update handoffs_clock c set rungs = h.ladder, rung = h.next_step, next_rung_at = h.next_step_at
from handoffs_handoff h
where h.workspace_id = c.workspace_id and h.id = c.handoff_id and h.state = 'offered'
  and c.kind = 'answer' and c.stopped_at is null;
update handoffs_clock c set
  rungs = jsonb_build_array(jsonb_build_object('action', 'touch', 'at', c.due_at)),
  rung = case when h.next_step_at is null then 1 else 0 end,
  next_rung_at = h.next_step_at
from handoffs_handoff h
where h.workspace_id = c.workspace_id and h.id = c.handoff_id and h.state = 'accepted'
  and c.kind = 'first_touch' and c.stopped_at is null;
"""
# Every step moves the row in its index; at 1 % dead rows the scan still reads what is due and little else.
LEAN = (
    "alter table handoffs_clock set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02)",
    "alter table handoffs_clock reset (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)",
)


def let_scanner_look(apps: Any, schema_editor: Any) -> None:
    """The scanner role sees which workspaces have a step due: two columns of clocks that wait for one."""
    role = unquote(urlsplit(settings.DATABASE_SCANNER_URL).username or "")
    if not role:
        return
    quoted = schema_editor.quote_name(role)
    schema_editor.execute(f"grant select (workspace_id, next_rung_at) on handoffs_clock to {quoted}")
    schema_editor.execute(
        f"create policy due_work on handoffs_clock for select to {quoted} using (next_rung_at is not null)"
    )
    schema_editor.execute("drop policy if exists due_work on handoffs_handoff")


def leave(apps: Any, schema_editor: Any) -> None:
    """Grants may stay; the policy goes."""
    schema_editor.execute("drop policy if exists due_work on handoffs_clock")


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0023_clocks")]

    operations = [
        migrations.AddField(
            "clock", "rungs", models.JSONField(db_default=models.Value([], models.JSONField()), default=list)
        ),
        migrations.AddField("clock", "rung", models.PositiveSmallIntegerField(db_default=0, default=0)),
        migrations.AddField("clock", "next_rung_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(GOES_OVER, migrations.RunSQL.noop),
        migrations.AddIndex(
            "clock",
            models.Index(
                condition=models.Q(("next_rung_at__isnull", False)),
                fields=["workspace", "next_rung_at"],
                name="clock_due",
            ),
        ),
        migrations.AddIndex(
            "clock",
            models.Index(
                condition=models.Q(("kind", "answer"), ("next_rung_at__isnull", True), ("stopped_at__isnull", True)),
                fields=["workspace"],
                name="clock_halted",
            ),
        ),
        migrations.RunSQL(*LEAN),
        migrations.RunPython(let_scanner_look, leave),
        migrations.RemoveIndex("handoff", "handoff_due"),
        migrations.RemoveIndex("handoff", "handoff_stopped"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("handoff", "ladder"),
                migrations.RemoveField("handoff", "next_step"),
                migrations.RemoveField("handoff", "next_step_at"),
            ]
        ),
    ]
