"""The database compares who answers with who wrote, by person; and every name in its functions is written out.

A function resolves names in `pg_catalog` first and in the caller's temporary schema last, whatever the caller's path:
a temporary table of a guarded table's name is never looked at.
"""

from django.db import migrations

from core.tenancy.triggers import AppendOnly

# What stands against an answer, or null. Rows are seen under row security: another workspace's do not exist.
# Roles: those of "change.approve" in core/people/permissions.py; a test compares the two.
ANSWER_FAULT = """
create function public.answer_fault(of_workspace uuid, of_change uuid, of_member uuid) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when m.id is null or not m.is_active then 'is no active member'
    when m.kind <> 'person' then 'is not a person'
    when m.role not in ('owner', 'admin', 'manager', 'leader') then 'has a role that answers no changes'
    when exists (
      select from public.governance_changerequest c
      where c.workspace_id = of_workspace and c.id = of_change and c.author_id = of_member
    ) or exists (
      select from public.governance_authorship a
      where a.workspace_id = of_workspace and a.change_id = of_change and of_member in (a.person_id, a.principal_id)
    ) then 'is an author'
    when not exists (
      select from public.workspaces_user u join public.account_emailaddress e on e.user_id = u.id
      where u.id = m.user_id and e.verified and e.email = u.email
    ) then 'has not proved their address'
  end
  from (select of_member as id) asked
  left join public.workspaces_member m on m.workspace_id = of_workspace and m.id = asked.id
$$;
"""

GUARDS = """
create or replace function public.guard_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'change requests are never deleted' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'INSERT' then
    if new.kind = 'founding' then
      if new.state <> 'approved' or new.base_version <> 0 or exists (
        select from public.blueprint_blueprintversion v where v.workspace_id = new.workspace_id
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
  if old.state = 'draft' and new.state in ('review', 'approved') then
    if not exists (
      select from public.governance_authorship a
      where a.workspace_id = new.workspace_id and a.change_id = new.id and a.what = 'submitted'
    ) then
      raise exception 'change request % is submitted by somebody', new.number using errcode = 'restrict_violation';
    end if;
    if exists (
      select from public.governance_proposal p
      where p.workspace_id = new.workspace_id and p.change_id = new.id and not exists (
        select from public.governance_authorship a
        where a.workspace_id = new.workspace_id and a.change_id = new.id and a.person_id = p.person_id)
    ) then
      raise exception 'an edit of change request % has no author', new.number using errcode = 'restrict_violation';
    end if;
  end if;
  if new.state = 'approved' then
    if new.kind = 'emergency' and old.state = 'draft' then
      if btrim(new.reason) = '' then
        raise exception 'an emergency needs a reason' using errcode = 'insufficient_privilege';
      end if;
    elsif old.state <> 'review' or not exists (
      select from public.governance_approval a
      where a.workspace_id = new.workspace_id and a.change_id = new.id and a.verdict = 'approved'
        and public.answer_fault(a.workspace_id, a.change_id, a.member_id) is null
    ) then
      raise exception 'change request % is approved only by somebody who wrote none of it', new.number
        using errcode = 'insufficient_privilege';
    end if;
  end if;
  if new.state = 'published' and not exists (
    select from public.blueprint_blueprintversion v
    where v.workspace_id = new.workspace_id and v.change_request_id = new.id and v.number = new.published_version
  ) then
    raise exception 'a published change request has its version' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create or replace function public.guard_approval() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  fault text := public.answer_fault(new.workspace_id, new.change_id, new.member_id);
begin
  if fault is not null then
    raise exception 'who answers a change request %', fault using errcode = 'insufficient_privilege';
  end if;
  if not exists (
    select from public.governance_changerequest c
    where c.id = new.change_id and c.workspace_id = new.workspace_id
      and ((c.state = 'review' and new.verdict in ('approved', 'rejected'))
        or (c.state = 'published' and c.kind = 'emergency' and new.verdict = 'approved'))
  ) then
    raise exception 'an answer is given in review' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create or replace function public.guard_proposal() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (
    select from public.governance_changerequest c
    where c.state <> 'draft' and (c.id = new.change_id or c.id = old.change_id)
  ) then
    raise exception 'the edits of a submitted change request are frozen' using errcode = 'restrict_violation';
  end if;
  return coalesce(new, old);
end $$;

create or replace function public.guard_version() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.governance_changerequest c
    where c.id = new.change_request_id and c.workspace_id = new.workspace_id and c.state = 'approved'
      and c.base_version + 1 = new.number and c.document = new.document
  ) then
    raise exception 'a version is published only from an approved change request'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create or replace function public.guard_version_in_force() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.blueprint_version is distinct from (
    select max(v.number) from public.blueprint_blueprintversion v where v.workspace_id = new.id
  ) then
    raise exception 'the version in force is the newest published one' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create function public.guard_authorship() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.governance_changerequest c
    where c.workspace_id = new.workspace_id and c.id = new.change_id and c.state = 'draft'
  ) then
    raise exception 'only a draft is written' using errcode = 'restrict_violation';
  end if;
  if exists (
    select from public.workspaces_member m
    where m.workspace_id = new.workspace_id and m.id = new.principal_id and m.kind = 'person'
      and m.id <> new.person_id
  ) then
    raise exception 'a person answers for themselves' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guarded before insert on governance_authorship for each row execute function public.guard_authorship();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_authors_of_older_requests"),
        ("account", "0001_initial"),
        ("blueprint", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(ANSWER_FAULT, "drop function public.answer_fault(uuid, uuid, uuid)"),
        migrations.RunSQL(
            GUARDS, "drop trigger guarded on governance_authorship; drop function public.guard_authorship()"
        ),
        AppendOnly("governance_authorship"),
    ]
