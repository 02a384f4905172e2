"""A record and a stay stand in a stage of their own pipeline: one reference for the pair, in place of the one to the
pipeline alone, so a row costs as many look-ups as before."""

from django.db import migrations, models

PAIR = """
alter table lifecycle_{table} drop constraint lifecycle_{table}_pipeline_id_in;
alter table lifecycle_{table} add constraint lifecycle_{table}_stage_of_pipeline
  foreign key (workspace_id, pipeline_id, stage_id) references lifecycle_stage (workspace_id, pipeline_id, id)
  deferrable initially deferred;
"""
BACK = """
alter table lifecycle_{table} drop constraint lifecycle_{table}_stage_of_pipeline;
alter table lifecycle_{table} add constraint lifecycle_{table}_pipeline_id_in
  foreign key (workspace_id, pipeline_id) references lifecycle_pipeline (workspace_id, id)
  deferrable initially deferred;
"""


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0007_stages_and_pipelines_agree")]

    operations = [
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(fields=["workspace", "pipeline", "id"], name="stage_in_pipeline"),
        ),
        migrations.RunSQL(PAIR.format(table="record"), BACK.format(table="record")),
        migrations.RunSQL(PAIR.format(table="stagestay"), BACK.format(table="stagestay")),
    ]
