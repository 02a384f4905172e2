"""Clocks that their seams no longer name end by a worker, where they are too many for the publishing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0049_a_breach_writes_no_index_of_handoffs")]

    operations = [
        migrations.AddField(
            "retiming",
            "gone",
            models.JSONField(default=dict, db_default=models.Value({}, models.JSONField())),
        )
    ]
