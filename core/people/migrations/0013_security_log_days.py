"""How long a workspace keeps its security log: half a year at least, or for good."""

from django.db import migrations, models

LEAST = """
alter table workspaces_workspace add constraint security_log_days_least check (security_log_days between 180 and 3650);
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0012_sample_companies")]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="security_log_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.RunSQL(LEAST, "alter table workspaces_workspace drop constraint security_log_days_least"),
    ]
