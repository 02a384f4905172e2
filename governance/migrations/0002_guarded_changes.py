"""The database keeps the promise of governance by itself: who approved, what is frozen, what counts as published."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.tenancy.ids
import core.tenancy.scope
import core.tenancy.walls
from core.roles import Login
from core.tenancy.triggers import AppendOnly
from core.tenancy.walls import Walls

# A request is looked up under row security: one of another workspace does not exist.
GUARDS = """
create or replace function guard_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'change requests are never deleted' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'INSERT' then
    if new.kind = 'founding' then
      if new.state <> 'approved' or new.base_version <> 0 or exists (
        select from blueprint_blueprintversion v where v.workspace_id = new.workspace_id
      ) then
        raise exception 'a workspace is founded once' using errcode = 'restrict_violation';
      end if;
    elsif new.state <> 'draft' then
      raise exception 'a change request begins as a draft' using errcode = 'restrict_violation';
    end if;
    return new;
  end if;
  if old.state in ('published', 'rejected', 'withdrawn', 'stale') then
    raise exception 'change request % is % and stays as it is', old.number, old.state
      using errcode = 'restrict_violation';
  end if;
  if (new.workspace_id, new.number, new.kind, new.author_id, new.rolls_back_id)
      is distinct from (old.workspace_id, old.number, old.kind, old.author_id, old.rolls_back_id) then
    raise exception 'the kind and author of a change request never change' using errcode = 'restrict_violation';
  end if;
  if old.state <> 'draft' and (new.document, new.base_version, new.title, new.reason)
      is distinct from (old.document, old.base_version, old.title, old.reason) then
    raise exception 'change request % is frozen since it was submitted', old.number
      using errcode = 'restrict_violation';
  end if;
  if new.state = old.state then
    return new;
  end if;
  if (old.state, new.state) not in (
    ('draft', 'review'), ('draft', 'withdrawn'), ('draft', 'stale'), ('draft', 'approved'),
    ('review', 'approved'), ('review', 'rejected'), ('review', 'withdrawn'), ('review', 'stale'),
    ('approved', 'published'), ('approved', 'withdrawn'), ('approved', 'stale')
  ) then
    raise exception 'a change request does not go from % to %', old.state, new.state
      using errcode = 'restrict_violation';
  end if;
  if new.state in ('review', 'approved') and new.document is null then
    raise exception 'a change request without a document cannot be reviewed' using errcode = 'restrict_violation';
  end if;
  if new.state = 'approved' then
    if new.kind = 'emergency' then
      if btrim(new.reason) = '' then
        raise exception 'an emergency needs a reason' using errcode = 'insufficient_privilege';
      end if;
    elsif old.state <> 'review' or not exists (
      select from governance_approval a
      where a.workspace_id = new.workspace_id and a.change_id = new.id and a.verdict = 'approved'
        and a.member_id is distinct from new.author_id
    ) then
      raise exception 'change request % is approved only by somebody other than its author', new.number
        using errcode = 'insufficient_privilege';
    end if;
  end if;
  if new.state = 'published' and not exists (
    select from blueprint_blueprintversion v
    where v.workspace_id = new.workspace_id and v.change_request_id = new.id and v.number = new.published_version
  ) then
    raise exception 'a published change request has its version' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guarded before insert or update or delete on governance_changerequest
  for each row execute function guard_change();

create or replace function guard_approval() returns trigger language plpgsql as $$
begin
  if not exists (
    select from governance_changerequest c
    where c.id = new.change_id and c.workspace_id = new.workspace_id and c.author_id is distinct from new.member_id
      and (c.state = 'review' or (c.state = 'published' and c.kind = 'emergency'))
  ) then
    raise exception 'an approval is given in review, and never by the author' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger guarded before insert on governance_approval for each row execute function guard_approval();

create or replace function guard_proposal() returns trigger language plpgsql as $$
begin
  if exists (
    select from governance_changerequest c
    where c.id = coalesce(new.change_id, old.change_id) and c.state <> 'draft'
  ) then
    raise exception 'the edits of a submitted change request are frozen' using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;
create trigger guarded before insert or update or delete on governance_proposal
  for each row execute function guard_proposal();

create or replace function guard_version() returns trigger language plpgsql as $$
begin
  if not exists (
    select from governance_changerequest c
    where c.id = new.change_request_id and c.workspace_id = new.workspace_id and c.state = 'approved'
      and c.base_version + 1 = new.number and c.document = new.document
  ) then
    raise exception 'a version is published only from an approved change request'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger guarded before insert on blueprint_blueprintversion for each row execute function guard_version();

create or replace function guard_version_in_force() returns trigger language plpgsql as $$
begin
  if new.blueprint_version is distinct from (
    select max(v.number) from blueprint_blueprintversion v where v.workspace_id = new.id
  ) then
    raise exception 'the version in force is the newest published one' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger guarded_version before update of blueprint_version on workspaces_workspace
  for each row when (new.blueprint_version is distinct from old.blueprint_version)
  execute function guard_version_in_force();
"""

UNGUARD = """
drop trigger guarded on governance_changerequest; drop function guard_change;
drop trigger guarded on governance_approval; drop function guard_approval;
drop trigger guarded on governance_proposal; drop function guard_proposal;
drop trigger guarded on blueprint_blueprintversion; drop function guard_version;
drop trigger guarded_version on workspaces_workspace; drop function guard_version_in_force;
"""


def let_scanner_look(apps, schema_editor):
    """The scanner learns which workspaces have an impact to work out, and nothing else of it."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute(f"grant select (workspace_id, state) on governance_impact to {scanner}")
    schema_editor.execute(
        f"create policy scanner on governance_impact for select to {scanner} using (state in ('waiting', 'running'))"
    )


def let_scanner_look_no_more(apps, schema_editor):
    """Take the look back."""
    scanner = schema_editor.quote_name(Login.from_url(settings.DATABASE_SCANNER_URL).name)
    schema_editor.execute("drop policy scanner on governance_impact")
    schema_editor.execute(f"revoke select (workspace_id, state) on governance_impact from {scanner}")


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0001_initial"),
        ("blueprint", "0001_initial"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
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
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
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
                        db_index=False,
                        default=core.tenancy.scope.current_id,
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
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(fields=("workspace", "version", "member"), name="acknowledged_once"),
        ),
        Walls("Acknowledgement"),
        AppendOnly("governance_approval", "governance_acknowledgement"),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunPython(let_scanner_look, let_scanner_look_no_more),
    ]
