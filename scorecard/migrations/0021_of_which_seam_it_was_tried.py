"""The log of a quarter's target keeps which seam it was tried for: one that is taken out makes room for another."""

from django.db import migrations, models

SAY = """
update scorecard_leakentry entry set seam = target.seam
from scorecard_seamtarget target
where target.workspace_id = entry.workspace_id and target.id = entry.of_id;
set constraints all immediate;
"""


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0020_targets_of_seams")]

    operations = [
        migrations.AddField("leakentry", "seam", models.CharField(default="", max_length=60), preserve_default=False),
        migrations.RunSQL(SAY, migrations.RunSQL.noop),
        migrations.RemoveConstraint("leakentry", "leak_entry_once_a_week"),
        migrations.AddConstraint(
            "leakentry",
            models.UniqueConstraint(fields=("workspace", "of", "seam", "week", "by"), name="leak_entry_once_a_week"),
        ),
    ]
