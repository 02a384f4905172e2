"""Records that stood in a stage before its ladder was published get their clocks: blueprints with such a ladder are
asked for once. What a clock passed over then is said so."""

from django.db import migrations, models

BEGIN_THEM = """
insert into lifecycle_rescoring (workspace_id, cause, blueprint_version, total_count, asked_count, changed_count,
    started_at)
select w.id, 'published', w.blueprint_version, 0, 0, 0, now()
from workspaces_workspace w
join blueprint_blueprintversion v on v.workspace_id = w.id and v.number = w.blueprint_version
where jsonb_path_exists(v.document, '$.pipelines[*].stages[*].ladder[*]') and not exists (
    select from lifecycle_rescoring walk where walk.workspace_id = w.id and walk.finished_at is null);
set constraints all immediate;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0031_handovers"),
        ("blueprint", "0001_initial"),
        ("lifecycle", "0037_account_owners"),
    ]

    operations = [
        migrations.AlterField(
            "escalation",
            "skipped",
            models.CharField(
                blank=True,
                choices=[
                    ("", "It was taken"),
                    ("unmet", "Its condition was not met"),
                    ("unknown", "What its condition asks was not known"),
                    ("made", "A task had been made already"),
                    ("earlier", "Its moment was over when the ladder began"),
                ],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.RunSQL(BEGIN_THEM, migrations.RunSQL.noop),
    ]
