"""Which records entered a stage on some days is read from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0030_how_many_stays_a_record_has")]

    operations = [
        migrations.AddIndex(
            model_name="stagestay",
            index=models.Index(fields=["workspace", "stage", "entered_at"], include=["record"], name="stay_of_stage"),
        ),
        migrations.RemoveIndex(model_name="stagestay", name="stay_entered"),
    ]
