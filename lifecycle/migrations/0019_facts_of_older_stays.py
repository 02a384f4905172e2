"""Older stays learn whose the record was and what it was worth, as far as events tell; where they do not, it is marked.

An event of a change says what held before it: what held at a moment is what the first later change came from, or what
the record says now where nothing changed since. Events never told the team: an owner's is the record's where they
still own it, else the first one they sit in now, and such a stay is marked `present`. A file tells of the past with the
facts of its own day (`file`). Records are taken in slices, each in a transaction of its own: run again, it goes on.
"""

from django.db import migrations

SLICE = 2_000
GUARDS = ("ended", "scorecard_mark_updated")

FILL = """
with slice as materialized (
  select r.workspace_id, r.id, r.owner_id, r.team_id, r.amount, r.currency, r.source
  from lifecycle_record r
  where (r.workspace_id, r.id) > (%(workspace)s, %(after)s) and (r.workspace_id, r.id) <= (%(to_workspace)s, %(to)s)
),
told as materialized (
  select e.workspace_id, e.record_id, e.at, e.facts, e.facts -> 'changed' as changed,
    e.kind = 'record.owner_changed' as is_owner
  from slice join history_event e on e.workspace_id = slice.workspace_id and e.record_id = slice.id
  where e.kind = 'record.owner_changed'
    or e.kind in ('record.updated', 'record.history_corrected')
    and e.facts -> 'changed' ?| array['amount', 'currency', 'source']
),
born as materialized (
  select e.workspace_id, e.record_id, min(e.at) as at
  from slice join history_event e on e.workspace_id = slice.workspace_id and e.record_id = slice.id
  where e.kind = 'record.created' group by 1, 2
),
-- which moment of the stay each fact is of
moments as materialized (
  select s.id, s.workspace_id, s.record_id, s.entered_at, s.exited_at, s.cause, slice as record, born.at as born_at,
    case when stage.category in ('won', 'lost') then coalesce(s.exited_at, 'infinity') else s.entered_at end as worth_at
  from slice
  join lifecycle_stagestay s on s.workspace_id = slice.workspace_id and s.record_id = slice.id
  join lifecycle_stage stage on stage.workspace_id = s.workspace_id and stage.id = s.stage_id
  left join born on born.workspace_id = slice.workspace_id and born.record_id = slice.id
  where s.facts_from = 'unfilled'
),
facts as materialized (
  select m.*,
    case when came.found then came.id else (m.record).owner_id end as owner_id,
    case when gone.found then gone.id else (m.record).owner_id end as left_owner_id,
    case when worth.found then worth.amount else (m.record).amount end as amount,
    case when coin.found then coin.currency else (m.record).currency end as currency,
    case when origin.found then origin.source else (m.record).source end as source
  from moments m
  left join lateral (
    select true as found, (t.facts ->> 'from')::uuid as id from told t
    where t.workspace_id = m.workspace_id and t.record_id = m.record_id and t.is_owner and t.at > m.entered_at
    order by t.at limit 1) came on true
  left join lateral (
    select true as found, (t.facts ->> 'from')::uuid as id from told t
    where t.workspace_id = m.workspace_id and t.record_id = m.record_id and t.is_owner and t.at >= m.exited_at
    order by t.at limit 1) gone on true
  left join lateral (
    select true as found, (t.changed -> 'amount' ->> 0)::numeric as amount from told t
    where t.workspace_id = m.workspace_id and t.record_id = m.record_id and t.changed ? 'amount' and t.at > m.worth_at
    order by t.at limit 1) worth on true
  left join lateral (
    select true as found, coalesce(t.changed -> 'currency' ->> 0, '') as currency from told t
    where t.workspace_id = m.workspace_id and t.record_id = m.record_id and t.changed ? 'currency'
      and t.at > m.worth_at
    order by t.at limit 1) coin on true
  left join lateral (
    select true as found, coalesce(t.changed -> 'source' ->> 0, '') as source from told t
    where t.workspace_id = m.workspace_id and t.record_id = m.record_id and t.changed ? 'source'
      and t.at > m.entered_at
    order by t.at limit 1) origin on true
),
seats as (
  select distinct on (workspace_id, member_id) workspace_id, member_id, team_id from workspaces_teamseat
  order by workspace_id, member_id, id
),
changes as (
  insert into lifecycle_staychange (workspace_id, record_id, stay_id, at, by_id, owner_before, owner_after, team_before,
    team_after, amount_before, amount_after, currency_before, currency_after)
  select t.workspace_id, t.record_id, m.id, t.at, null, (t.facts ->> 'from')::uuid, (t.facts ->> 'to')::uuid,
    case when (t.facts ->> 'from')::uuid = (m.record).owner_id then (m.record).team_id else before.team_id end,
    case when (t.facts ->> 'to')::uuid = (m.record).owner_id then (m.record).team_id else after.team_id end,
    null, null, '', ''
  from moments m
  join told t on t.workspace_id = m.workspace_id and t.record_id = m.record_id and t.is_owner
    and t.at > m.entered_at and t.at < coalesce(m.exited_at, 'infinity')
  left join seats before on before.workspace_id = t.workspace_id and before.member_id = (t.facts ->> 'from')::uuid
  left join seats after on after.workspace_id = t.workspace_id and after.member_id = (t.facts ->> 'to')::uuid
)
update lifecycle_stagestay s
set owner_id = f.owner_id, amount = f.amount, currency = f.currency, source = f.source,
  team_id = case when f.owner_id is not distinct from (f.record).owner_id then (f.record).team_id else came.team_id end,
  left_owner_id = case when f.exited_at is not null then f.left_owner_id end,
  left_team_id = case
    when f.exited_at is null then null
    when f.left_owner_id is not distinct from (f.record).owner_id then (f.record).team_id else gone.team_id end,
  facts_from = case
    when f.cause = 'history' then 'file'
    when f.born_at is null or f.owner_id is distinct from (f.record).owner_id then 'present'
    else 'events' end,
  recorded_at = case when f.cause = 'history' then coalesce((
    select min(e.at) from history_event e
    where e.workspace_id = s.workspace_id and e.record_id = s.record_id
      and e.kind in ('record.created', 'record.history_corrected')
      and e.at >= coalesce((
        select max(c.at) from history_event c where c.workspace_id = s.workspace_id and c.record_id = s.record_id
          and c.kind = 'record.history_corrected'), '-infinity')), s.entered_at) end
from facts f
left join seats came on came.workspace_id = f.workspace_id and came.member_id = f.owner_id
left join seats gone on gone.workspace_id = f.workspace_id and gone.member_id = f.left_owner_id
where s.workspace_id = f.workspace_id and s.record_id = f.record_id and s.id = f.id
"""

NEXT = """
select workspace_id, id from lifecycle_record where (workspace_id, id) > (%(workspace)s, %(after)s)
order by workspace_id, id offset %(skipped)s limit 1
"""
LAST = "select workspace_id, id from lifecycle_record order by workspace_id desc, id desc limit 1"
NOBODY = "00000000-0000-0000-0000-000000000000"


def fill(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Slice after slice. The guards of history rest while one is written; nobody else writes then."""
    from django.db.transaction import atomic

    line = schema_editor.connection
    place = {"workspace": NOBODY, "after": NOBODY}
    with line.cursor() as cursor:
        cursor.execute(LAST)
        last = cursor.fetchone()
        while last and (place["workspace"], place["after"]) != tuple(map(str, last)):
            cursor.execute(NEXT, {**place, "skipped": SLICE - 1})
            to_workspace, to = map(str, cursor.fetchone() or last)
            with atomic(line.alias):
                for guard in GUARDS:
                    cursor.execute(f"alter table lifecycle_stagestay disable trigger {guard}")
                cursor.execute(FILL, {**place, "to_workspace": to_workspace, "to": to})
                cursor.execute("set constraints all immediate")
                for guard in GUARDS:
                    cursor.execute(f"alter table lifecycle_stagestay enable trigger {guard}")
            place = {"workspace": to_workspace, "after": to}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("lifecycle", "0018_as_it_was"),
        ("history", "0001_initial"),
        ("scorecard", "0002_dirty_days_by_trigger"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
