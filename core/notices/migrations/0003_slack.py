"""Notices are told by further channels."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_mails_with_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="noticedelivery",
            name="channel",
            field=models.CharField(db_default="mail", default="mail", max_length=10),
        ),
        migrations.AddField(
            model_name="noticewishes",
            name="not_by_slack",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), db_default=[], default=list, size=None
            ),
        ),
    ]
