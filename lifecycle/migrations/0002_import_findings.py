"""An import remembers what its file holds, so that its pages need not read the file again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="findings",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        )
    ]
