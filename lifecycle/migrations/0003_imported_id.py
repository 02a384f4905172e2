import django.db.models.deletion
from django.db import migrations, models

import revops.workspaces.ids
import revops.workspaces.scope
import revops.workspaces.tenancy
from revops.workspaces.tenancy import Walls


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0002_import_findings"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedId",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=revops.workspaces.ids.NewId(),
                        default=revops.workspaces.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("identity", models.UUIDField()),
                ("digest", models.UUIDField()),
                ("line", models.PositiveIntegerField()),
                (
                    "of",
                    revops.workspaces.tenancy.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lifecycle.import",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=revops.workspaces.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={"abstract": False, "base_manager_name": "objects"},
        ),
        migrations.AddConstraint(
            model_name="importedid",
            constraint=models.UniqueConstraint(fields=("workspace", "of", "identity"), name="imported_id_once"),
        ),
        Walls("ImportedId"),
    ]
