"""Each side of the house may have an owner of a company, from when until when; and a company may belong to another.

Whoever owned a company until now, by no side in particular, is its owner for the sides they sit in or lead: those are
the ones routing reached them for.
"""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.people.functions import Function
from core.tenancy.walls import Walls

PARENT = """
alter table lifecycle_account add constraint lifecycle_account_parent_id_in
  foreign key (workspace_id, parent_id) references lifecycle_account (workspace_id, id) deferrable initially deferred;
"""
NO_PARENT = "alter table lifecycle_account drop constraint lifecycle_account_parent_id_in;"

# A row is written open and ends once; nothing else of it changes, and it is never deleted.
ENDS_ONCE = """
create trigger ended before update on lifecycle_accountowner for each row when (
  old.until is not null or
  (new.id, new.workspace_id, new.account_id, new.function, new.member_id, new.is_named, new.since, new.cause, new.why,
   new.given_by_id) is distinct from
  (old.id, old.workspace_id, old.account_id, old.function, old.member_id, old.is_named, old.since, old.cause, old.why,
   old.given_by_id)
) execute function public.refuse_change();
create trigger stays before delete on lifecycle_accountowner for each row execute function public.refuse_change();
"""

KNOWN = """
insert into lifecycle_accountowner (workspace_id, account_id, function, member_id, since, cause)
select a.workspace_id, a.id, side.function, a.owner_id, a.updated_at, 'known'
from lifecycle_account a
cross join lateral (
  select t.function from workspaces_team t
  where t.workspace_id = a.workspace_id and (t.manager_id = a.owner_id or exists (
    select from workspaces_teamseat s
    where s.workspace_id = a.workspace_id and s.team_id = t.id and s.member_id = a.owner_id))
  group by t.function
) side
where a.owner_id is not null;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0034_undo_items_in_turn"),
        ("governance", "0012_sample_companies_leave"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="parent",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="lifecycle.account",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)), fields=["workspace", "parent"], name="account_parent"
            ),
        ),
        migrations.RunSQL(PARENT, NO_PARENT),
        migrations.CreateModel(
            name="AccountOwner",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=core.tenancy.ids.NewId(),
                        default=core.tenancy.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("function", models.CharField(choices=Function.choices, max_length=20)),
                ("is_named", models.BooleanField(db_default=False, default=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("hand", "By hand"),
                            ("rule", "By a routing rule"),
                            ("accepted", "By accepting a handoff"),
                            ("handed_over", "Handed over by a colleague"),
                            ("known", "Known before sides had owners of their own"),
                        ],
                        max_length=12,
                    ),
                ),
                ("why", models.CharField(blank=True, db_default="", default="", max_length=500)),
                (
                    "account",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owners",
                        to="lifecycle.account",
                    ),
                ),
                (
                    "given_by",
                    core.tenancy.walls.TenantKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "member",
                    core.tenancy.walls.TenantKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=core.tenancy.scope.current_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["workspace", "account", "since"], name="account_owner_since"),
                    models.Index(
                        condition=models.Q(("until__isnull", True)),
                        fields=["workspace", "member"],
                        name="account_owner_member",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("workspace", "account", "function"),
                        name="account_owner_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until__gte", models.F("since")), _connector="OR"),
                        name="account_owner_forwards",
                    ),
                ],
            },
        ),
        Walls("AccountOwner"),
        migrations.RunSQL(ENDS_ONCE + KNOWN, migrations.RunSQL.noop),
    ]
