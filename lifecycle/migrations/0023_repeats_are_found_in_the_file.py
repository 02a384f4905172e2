"""Which rows of a file repeat is found while it is read, so no table keeps which ids it has brought in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0022_saved_mappings")]

    operations = [migrations.DeleteModel("ImportedId")]
