"""When it was known whether an SLA was kept, as a case: row security trusts no coalesce, and read every verdict of a seam
to find those of a day."""

from django.db import migrations

MOMENT = "(case when breached_at is not null then breached_at else least(answered_at, due_at) end)"
FORMER = "(coalesce(breached_at, least(answered_at, due_at)))"
INDEX = "create index {} on handoffs_handoff (workspace_id, seam_id, {})"


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0018_marks_of_new_records")]
    operations = [
        migrations.RunSQL(INDEX.format("handoff_verdict_at", MOMENT), "drop index handoff_verdict_at"),
        migrations.RunSQL("drop index handoff_verdict", INDEX.format("handoff_verdict", FORMER)),
    ]
