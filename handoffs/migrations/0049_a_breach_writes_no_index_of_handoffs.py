"""A breach changes nothing that an index of handoffs has, so its mark is written in place; late handoffs and verdicts are
found by the clocks that were missed, which change with it anyway. A handoff's page keeps room for such marks."""

from django.db import migrations, models

FIRST_MISSED = """
alter table handoffs_clock disable trigger stopped;
update handoffs_clock c set offered_at = h.offered_at
from handoffs_handoff h
where h.breached_at is not null and c.workspace_id = h.workspace_id and c.handoff_id = h.id
  and c.kind = 'answer' and c.breached_at is not null and not exists (
    select from handoffs_clock former
    where former.workspace_id = c.workspace_id and former.handoff_id = c.handoff_id and former.kind = 'answer'
      and former.breached_at is not null and former.run < c.run
  );
set constraints all immediate;
alter table handoffs_clock enable trigger stopped;
"""
VERDICTS = """
drop index handoff_verdict_at;
create index handoff_answered_or_due on handoffs_handoff (workspace_id, seam_id, least(answered_at, due_at));
alter table handoffs_handoff set (fillfactor = 85);
"""
FORMER = """
alter table handoffs_handoff reset (fillfactor);
drop index handoff_answered_or_due;
create index handoff_verdict_at on handoffs_handoff (
  workspace_id, seam_id, (case when breached_at is not null then breached_at else least(answered_at, due_at) end)
);
"""
MISSED = models.Q(offered_at__isnull=False)


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0051_hours_of_tasks"),
        ("workspaces", "0017_any_functions"),
        ("scorecard", "0021_of_which_seam_it_was_tried"),
    ]

    operations = [
        migrations.AddField("clock", "offered_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(FIRST_MISSED, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["workspace", "due_at"],
                condition=models.Q(kind="answer", state="running"),
                name="clock_late_unmarked",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["workspace", "-offered_at", "-handoff"], condition=MISSED, name="clock_newest_late"
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["workspace", "breached_at"], include=["handoff"], condition=MISSED, name="clock_first_missed"
            ),
        ),
        migrations.RemoveIndex("handoff", "handoff_newest_late"),
        migrations.RemoveIndex("handoff", "handoff_late_unmarked"),
        migrations.RunSQL(VERDICTS, FORMER),
    ]
