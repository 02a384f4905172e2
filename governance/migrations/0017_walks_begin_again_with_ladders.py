"""Walks over open records that were under way when ladders of stages came begin again: whom they had passed, and all
of those that only asked what fades, stood in such a stage without a clock. `handoffs.0038` passed these walks over."""

from django.db import migrations

BEGIN_AGAIN = """
update lifecycle_rescoring walk
set cause = 'published', blueprint_version = v.number, reached = null, total_count = 0, asked_count = 0,
    changed_count = 0, started_at = now()
from workspaces_workspace w
join blueprint_blueprintversion v on v.workspace_id = w.id and v.number = w.blueprint_version
where walk.workspace_id = w.id and walk.finished_at is null and (walk.cause <> 'published' or walk.asked_count > 0)
    and jsonb_path_exists(v.document, '$.pipelines[*].stages[*].ladder[*]')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0016_team_members_in_the_view"),
        ("handoffs", "0038_ladders_of_who_stands_there"),
        ("lifecycle", "0039_more_functions"),
    ]

    operations = [migrations.RunSQL(BEGIN_AGAIN, migrations.RunSQL.noop)]
