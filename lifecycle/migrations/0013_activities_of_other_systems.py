"""An activity that another system keeps has that system's id, once: sent again it is the same activity."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0012_history_stays")]

    operations = [
        migrations.AddField(
            "activity", "system", models.CharField(blank=True, db_default="", default="", max_length=60)
        ),
        migrations.AddField(
            "activity", "external_id", models.CharField(blank=True, db_default="", default="", max_length=200)
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(
                fields=["workspace", "system", "external_id"],
                condition=~models.Q(external_id=""),
                name="activity_of_system_once",
            ),
        ),
    ]
