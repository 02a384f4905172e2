"""The functions that mark days cost the same by the row, whatever their tables held when they were first planned.

A session plans a trigger's statement at its first firing, often of one row in tables that hold next to nothing, and
keeps the plan: there one index is as good as another, and the one by workspace alone was kept. 8,000 records were then
looked up by reading all of the workspace's stays for each. What is written in bulk is now planned for what the tables
hold at that moment, which costs a millisecond; a few rows keep their plan, and no rows ask nothing. Each table is asked
in a look-up of its own (`offset 0` keeps it one per row), and what an update changed is told by `except`, which sorts
or hashes and never compares all with all.
"""

from django.db import migrations

FEW = 20  # rows that keep a plan
FUNCTION = """
create or replace function public.{name}() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  if exists (select from {rows} offset {few}) then
    execute $marks${marks}$marks$;
  elsif exists (select from {rows}) then
    {marks};
  end if;
  return null;
end $$;
"""
STAYS = """
insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
select m.workspace_id, m.day, said.about, now()
from (
  select t.workspace_id, (t.at at time zone w.time_zone)::date as day, array_agg(distinct t.about) as abouts
  from (
    select workspace_id, entered_at as at, 'all' as about from changed
    union all select workspace_id, exited_at, 'all' from changed where exited_at is not null
    union all select s.workspace_id, s.entered_at, 'cohort'
    from (select distinct workspace_id, record_id from changed) r cross join lateral (
      select e.workspace_id, e.entered_at from public.lifecycle_stagestay e
      where e.workspace_id = r.workspace_id and e.record_id = r.record_id offset 0) s
    union all select j.workspace_id, later.entered_at, 'funnel'
    from (
      select c.workspace_id, r.root_id, min(c.since) as since
      from (select workspace_id, record_id, min(entered_at) as since from changed group by 1, 2) c
      cross join lateral (
        select coalesce(o.root_id, o.id) as root_id from public.lifecycle_record o
        where o.workspace_id = c.workspace_id and o.id = c.record_id offset 0) r
      group by 1, 2
    ) j
    cross join lateral (
      select j.root_id as id
      union all select f.id from public.lifecycle_record f
      where f.workspace_id = j.workspace_id and f.root_id = j.root_id offset 0) member
    cross join lateral (
      select e.entered_at from public.lifecycle_stagestay e
      where e.workspace_id = j.workspace_id and e.record_id = member.id and e.entered_at > j.since offset 0) later
  ) t
  join public.workspaces_workspace w on w.id = t.workspace_id
  group by 1, 2
) m
cross join unnest(case when 'all' = any(m.abouts) then array['all'] else m.abouts end) said (about)
"""
RECORDS = """
insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
select m.workspace_id, (m.at at time zone w.time_zone)::date, min(m.about), now()
from (
  select id, workspace_id, kind, name, email, domain, source, owner_id, team_id, opened_at, amount, currency, mrr,
    closes_on, renews_on, origin_id, properties, created_at from old_rows
  except
  select id, workspace_id, kind, name, email, domain, source, owner_id, team_id, opened_at, amount, currency, mrr,
    closes_on, renews_on, origin_id, properties, created_at from new_rows
) c
cross join lateral (
  select s.workspace_id, s.entered_at as at, 'all' as about from public.lifecycle_stagestay s
  where s.workspace_id = c.workspace_id and s.record_id = c.id
  union all select s.workspace_id, s.exited_at, 'all' from public.lifecycle_stagestay s
  where s.workspace_id = c.workspace_id and s.record_id = c.id and s.exited_at is not null
  union all select h.workspace_id, moment, 'seam'
  from public.handoffs_handoff h, unnest(array[h.offered_at, h.answered_at, h.due_at, h.breached_at]) moment
  where h.workspace_id = c.workspace_id and h.record_id = c.id and moment is not null
  offset 0
) m
join public.workspaces_workspace w on w.id = m.workspace_id
group by 1, 2
"""
HANDOFFS = """
insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
select distinct h.workspace_id, (moment at time zone w.time_zone)::date, 'seam', now()
from changed h
cross join unnest(array[h.offered_at, h.answered_at, h.due_at, h.breached_at]) moment
join public.workspaces_workspace w on w.id = h.workspace_id
where moment is not null
"""
# Both ends of a change are marked: where a handoff was counted, and where it is now.
CHANGED_HANDOFFS = """
insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
select distinct h.workspace_id, (moment at time zone w.time_zone)::date, 'seam', now()
from (
  (select {told} from old_rows except select {told} from new_rows)
  union all (select {told} from new_rows except select {told} from old_rows)
) h
cross join unnest(array[h.offered_at, h.answered_at, h.due_at, h.breached_at]) moment
join public.workspaces_workspace w on w.id = h.workspace_id
where moment is not null
""".format(
    told="id, workspace_id, state, seam_id, record_id, assignee_id, team_id, offered_at, due_at, touch_due_at, "
    "breached_at, answered_at, first_touched_at"
)
OF_HANDOFFS = """
create or replace trigger scorecard_mark_inserted after insert on handoffs_handoff
  referencing new table as changed for each statement execute function public.scorecard_mark_handoffs();
create or replace trigger scorecard_mark_deleted after delete on handoffs_handoff
  referencing old table as changed for each statement execute function public.scorecard_mark_handoffs();
create or replace trigger scorecard_mark_updated after update on handoffs_handoff
  referencing old table as old_rows new table as new_rows
  for each statement execute function public.scorecard_mark_changed_handoffs();
"""
# A record changes its journey seldom: a trigger that asks before it fires costs every other update nothing.
JOURNEYS = """
create or replace function public.scorecard_mark_journeys() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  execute $marks$
insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
select distinct s.workspace_id, (s.entered_at at time zone w.time_zone)::date, 'funnel', now()
from unnest(array[$2, $3]) j (root_id)
cross join lateral (
  select j.root_id as id
  union all select f.id from public.lifecycle_record f
  where f.workspace_id = $1 and f.root_id = j.root_id offset 0) member
cross join lateral (
  select e.workspace_id, e.entered_at from public.lifecycle_stagestay e
  where e.workspace_id = $1 and e.record_id = member.id offset 0) s
join public.workspaces_workspace w on w.id = s.workspace_id
  $marks$ using new.workspace_id, coalesce(old.root_id, old.id), coalesce(new.root_id, new.id);
  return null;
end $$;
create or replace trigger scorecard_mark_journeys after update on lifecycle_record
  for each row when (new.root_id is distinct from old.root_id) execute function public.scorecard_mark_journeys();
"""


def marking(name: str, rows: str, marks: str) -> migrations.RunSQL:
    """The function that marks what `rows` tell, if there are any."""
    return migrations.RunSQL(
        FUNCTION.format(name=f"scorecard_mark_{name}", rows=rows, few=FEW, marks=marks.strip()), migrations.RunSQL.noop
    )


class Migration(migrations.Migration):
    dependencies = [
        ("scorecard", "0013_recalled_offers_by_record"),
        ("handoffs", "0001_initial"),
    ]

    operations = [
        marking("stays", "changed", STAYS),
        marking("records", "new_rows", RECORDS),
        marking("handoffs", "changed", HANDOFFS),
        marking("changed_handoffs", "new_rows", CHANGED_HANDOFFS),
        migrations.RunSQL(OF_HANDOFFS, migrations.RunSQL.noop),
        migrations.RunSQL(JOURNEYS, migrations.RunSQL.noop),
    ]
