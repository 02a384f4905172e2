"""Where a record or a stay names another pipeline than its stage does, the stage says where it stands.

Before the gate refused it, an override could move a record to a stage of another pipeline; the next step holds the pair.
"""

from django.db import migrations

AGREE = """
update lifecycle_{table} t set pipeline_id = s.pipeline_id
from lifecycle_stage s
where s.workspace_id = t.workspace_id and s.id = t.stage_id and s.pipeline_id <> t.pipeline_id
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0006_held_by_reference")]

    operations = [
        migrations.RunSQL(AGREE.format(table="record"), migrations.RunSQL.noop),
        migrations.RunSQL(AGREE.format(table="stagestay"), migrations.RunSQL.noop),
    ]
