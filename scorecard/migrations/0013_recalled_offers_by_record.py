"""The recalled offers of a record have an index of their own. Without one the planner, of a table nobody has counted
yet, took the index of the seam, and each of many new offers read all the others of its seam."""

from django.db import migrations

INDEX = """
create index handoff_recalled on handoffs_handoff (workspace_id, record_id) where state = 'recalled';
"""


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0012_folded_for"), ("handoffs", "0007_history_stays")]

    operations = [migrations.RunSQL(INDEX, "drop index handoff_recalled")]
