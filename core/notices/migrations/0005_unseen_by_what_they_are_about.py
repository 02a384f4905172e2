"""What people were told of one thing is found by it, once it is done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_slack"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["workspace", "about", "number"],
                condition=models.Q(seen_at__isnull=True),
                name="notice_unseen_about",
            ),
        ),
    ]
