"""An emergency has a review that waits for somebody; setup mode lets a workspace of one publish, and says so.

Both are held here too: no second emergency of an author whose first nobody has reviewed, nothing through setup mode
where somebody else could approve, and no end of it before what it let through is confirmed."""

import django.db.models.deletion
from django.db import migrations, models

import core.tenancy.walls

REFERENCE = """
alter table governance_changerequest add constraint governance_changerequest_review_task_id_in
  foreign key (workspace_id, review_task_id) references handoffs_task (workspace_id, id) deferrable initially deferred;
"""

GUARDS = """
-- Published though nobody but its authors agreed, and not answered since.
create function public.is_unanswered(of_workspace uuid, of_change uuid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from public.governance_changerequest c
    where c.workspace_id = of_workspace and c.id = of_change and c.state = 'published'
      and (c.kind = 'emergency' or c.in_setup)
      and not exists (
        select from public.governance_approval a where a.workspace_id = of_workspace and a.change_id = of_change))
$$;

create function public.guard_alone() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  in_setup boolean := exists (
    select from public.workspaces_workspace w where w.id = new.workspace_id and w.setup_since is not null);
begin
  if new.in_setup then
    if tg_op = 'INSERT' or not in_setup or (old.state, new.state) <> ('review', 'approved') or exists (
      select from public.workspaces_member m
      where m.workspace_id = new.workspace_id and m.is_active
        and public.answer_fault(new.workspace_id, new.id, m.id) is null
    ) then
      raise exception 'setup mode is for a workspace in which nobody else could approve'
        using errcode = 'insufficient_privilege';
    end if;
    return new;
  end if;
  if char_length(btrim(new.reason)) < 20 then
    raise exception 'an emergency needs a reason' using errcode = 'insufficient_privilege';
  end if;
  if new.review_task_id is null then
    raise exception 'an emergency is reviewed by somebody' using errcode = 'insufficient_privilege';
  end if;
  if not in_setup and exists (
    select from public.governance_authorship mine
    join public.governance_authorship other
      on other.workspace_id = mine.workspace_id and other.person_id = mine.person_id and other.change_id <> new.id
    join public.governance_changerequest c
      on c.workspace_id = other.workspace_id and c.id = other.change_id and c.kind = 'emergency'
    where mine.workspace_id = new.workspace_id and mine.change_id = new.id
      and public.is_unanswered(c.workspace_id, c.id)
  ) then
    raise exception 'an author whose last emergency nobody has reviewed publishes no other'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger guarded_setup_begun before insert on governance_changerequest
  for each row when (new.in_setup) execute function public.guard_alone();
create trigger guarded_setup before update on governance_changerequest
  for each row when (new.in_setup and not old.in_setup) execute function public.guard_alone();
create trigger guarded_emergency before update of state on governance_changerequest
  for each row when (new.kind = 'emergency' and old.state = 'draft' and new.state = 'approved')
  execute function public.guard_alone();

create function public.guard_setup_end() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.id::text is distinct from current_setting('app.workspace_id', true) or exists (
    select from public.governance_changerequest c
    where c.workspace_id = new.id and c.in_setup and public.is_unanswered(c.workspace_id, c.id)
  ) then
    raise exception 'what setup mode let through is confirmed before it ends'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger guarded_setup_end before update of setup_since on workspaces_workspace
  for each row when (new.setup_since is null and old.setup_since is not null)
  execute function public.guard_setup_end();
"""
UNGUARD = """
drop trigger guarded_setup_end on workspaces_workspace; drop function public.guard_setup_end();
drop trigger guarded_emergency on governance_changerequest;
drop trigger guarded_setup on governance_changerequest;
drop trigger guarded_setup_begun on governance_changerequest;
drop function public.guard_alone(); drop function public.is_unanswered(uuid, uuid);
"""

# As in 0005 and 0007; where somebody's approval is asked for, setup mode may stand in its place.
AGAIN = """
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
  if old.in_setup and not new.in_setup then
    raise exception 'how change request % was let through stays', old.number using errcode = 'restrict_violation';
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
    elsif old.state <> 'review' or not new.in_setup and not exists (
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
        or (c.state = 'published' and (c.kind = 'emergency' or c.in_setup) and new.verdict = 'approved'))
  ) then
    raise exception 'an answer is given in review' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

create or replace function public.refuse_ungoverned() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  request uuid := nullif(current_setting('app.change_request', true), '')::uuid;
begin
  if tg_op = 'DELETE' then
    raise exception 'rows of % are retired by an approved change request, never deleted', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  -- Approved and not yet published, with its version written: committed, a version's request is published
  -- (version_is_published), so all this happens in the transaction that publishes it.
  if request is null or not exists (
    select from public.governance_changerequest c
    join public.blueprint_blueprintversion v
      on v.workspace_id = c.workspace_id and v.change_request_id = c.id and v.number = c.base_version + 1
    where c.id = request and c.workspace_id = new.workspace_id and c.state = 'approved'
      and (c.kind in ('founding', 'emergency') or c.in_setup or exists (
        select from public.governance_approval a
        where a.workspace_id = c.workspace_id and a.change_id = c.id and a.verdict = 'approved'))
  ) then
    raise exception '% changes only while an approved change request is being published', tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'INSERT' and new.is_retired then
    raise exception 'a row of % is not born retired', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' and ((new.id, new.workspace_id) is distinct from (old.id, old.workspace_id)
      or (new.is_retired and to_jsonb(new) - 'is_retired' is distinct from to_jsonb(old) - 'is_retired')) then
    raise exception 'what a retired row of % said stays', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0008_what_was_asked_stays"),
        ("handoffs", "0007_history_stays"),
        ("workspaces", "0009_setup_mode"),
    ]

    operations = [
        migrations.AddField(
            model_name="changerequest",
            name="in_setup",
            field=models.BooleanField(db_default=False, default=False, help_text="Let through by setup mode, alone"),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="review_task",
            field=core.tenancy.walls.TenantKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                help_text="Who reviews an emergency",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="handoffs.task",
            ),
        ),
        migrations.RunSQL(
            REFERENCE, "alter table governance_changerequest drop constraint governance_changerequest_review_task_id_in"
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
