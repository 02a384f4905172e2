"""Old idempotency keys are found by their time, to be forgotten a few at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["workspace", "at"], name="idempotency_age"),
        ),
    ]
