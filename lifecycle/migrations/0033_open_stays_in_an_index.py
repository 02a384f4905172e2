"""What is open in a stage since when, at any time, why it came there and whose it is now, is read from indexes alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0032_since_when_in_a_stage")]

    operations = [
        migrations.AddIndex(
            model_name="stagestay",
            index=models.Index(
                fields=["workspace", "stage", "entered_at"], include=["record", "exited_at"], name="stay_through_stage"
            ),
        ),
        migrations.RemoveIndex(model_name="stagestay", name="stay_of_stage"),
        migrations.RemoveConstraint(model_name="stagestay", name="one_open_stay"),
        migrations.AddConstraint(
            model_name="stagestay",
            constraint=models.UniqueConstraint(
                fields=["workspace", "record"],
                include=["cause"],
                condition=models.Q(exited_at__isnull=True),
                name="one_open_stay",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["workspace", "owner", "stage"], include=["id", "entered_stage_at"], name="record_held_in_stage"
            ),
        ),
        migrations.RemoveIndex(model_name="record", name="record_of_owner"),
    ]
