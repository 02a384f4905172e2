"""Which handoffs were answered on some days is found without a look at all others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0020_turns_beside_the_rotation")]

    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                fields=["workspace", "answered_at"],
                condition=models.Q(answered_at__isnull=False),
                name="handoff_answered_when",
            ),
        ),
    ]
