"""Nothing refers to an assignment, so it needs no key for references."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0010_lists_by_one_filter")]

    operations = [
        migrations.RunSQL(
            "alter table handoffs_assignment drop constraint handoffs_assignment_pair",
            "alter table handoffs_assignment add constraint handoffs_assignment_pair unique (workspace_id, id)",
        ),
    ]
