"""Rows of history, of which there are many, ask for less: who moved a record is no reference of each stay (members are
never deleted, as with owner and team), and four tables that nothing refers to need no key for references."""

from django.db import migrations, models

UNREFERRED = ("stagestay", "scorechange", "touchpoint", "externalid")
MOVED_BY = (
    "alter table lifecycle_stagestay drop constraint lifecycle_stagestay_entered_by_id_in",
    "alter table lifecycle_stagestay add constraint lifecycle_stagestay_entered_by_id_in "
    "foreign key (workspace_id, entered_by_id) references workspaces_member (workspace_id, id) "
    "deferrable initially deferred",
)


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0028_replaced_stays_by_time")]

    operations = [
        migrations.RunSQL(
            *MOVED_BY,
            state_operations=[
                migrations.RemoveField("stagestay", "entered_by"),
                migrations.AddField("stagestay", "entered_by_id", models.UUIDField(blank=True, null=True)),
            ],
        ),
        *(
            migrations.RunSQL(
                f"alter table lifecycle_{table} drop constraint lifecycle_{table}_pair",
                f"alter table lifecycle_{table} add constraint lifecycle_{table}_pair unique (workspace_id, id)",
            )
            for table in UNREFERRED
        ),
    ]
