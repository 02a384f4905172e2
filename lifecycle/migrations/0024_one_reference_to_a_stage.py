"""The reference to a stage together with its pipeline holds the stage already: the one to the stage alone is asked no
more, for each record and each stay that is written."""

from django.db import migrations

DROP = "alter table lifecycle_{table} drop constraint lifecycle_{table}_stage_id_in;"
BACK = """
alter table lifecycle_{table} add constraint lifecycle_{table}_stage_id_in
  foreign key (workspace_id, stage_id) references lifecycle_stage (workspace_id, id) deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0023_repeats_are_found_in_the_file")]

    operations = [
        migrations.RunSQL(DROP.format(table=table), BACK.format(table=table)) for table in ("record", "stagestay")
    ]
