"""Since when a file has waited for a worker, which is later than when it was brought."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0008_stage_of_its_pipeline")]

    operations = [
        migrations.AddField(
            model_name="import", name="waiting_since", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
