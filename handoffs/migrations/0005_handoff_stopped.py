"""Open handoffs whose ladder has stopped are found without looking at the others; there should be none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0004_routed_again_at")]

    operations = [
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("next_step_at__isnull", True), ("state", "offered")),
                fields=["workspace"],
                name="handoff_stopped",
            ),
        ),
    ]
