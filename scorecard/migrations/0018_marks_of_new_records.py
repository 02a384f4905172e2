"""Stays of a new record are not looked up again to mark the days they are on.

Whatever changes a stay marks the days of all the record's stays, for cohorts, and of its journey's later ones, for the
funnel. A record whose first stay is written just now has no others than those written with it; and where it came from
no record and no record from it, they are its whole journey. Both were looked up for each row of a file. Where stays are
written again, as by a file that tells a history better, their deletion marks what it did before.
"""

from importlib import import_module

from django.db import migrations

former = import_module("scorecard.migrations.0014_marks_of_many_are_planned_anew")
NEW_STAYS = """
insert into public.scorecard_dirtyday (workspace_id, day, about, marked_at)
select m.workspace_id, m.day, said.about, now()
from (
  select t.workspace_id, (t.at at time zone w.time_zone)::date as day, array_agg(distinct t.about) as abouts
  from (
    select workspace_id, entered_at as at, 'all' as about from changed
    union all select workspace_id, exited_at, 'all' from changed where exited_at is not null
    union all select s.workspace_id, s.entered_at, 'cohort'
    from (select workspace_id, record_id from changed group by 1, 2 having not bool_or(from_stage_id is null)) r
    cross join lateral (
      select e.workspace_id, e.entered_at from public.lifecycle_stagestay e
      where e.workspace_id = r.workspace_id and e.record_id = r.record_id offset 0) s
    union all select j.workspace_id, later.entered_at, 'funnel'
    from (
      select c.workspace_id, r.root_id, min(c.since) as since
      from (
        select workspace_id, record_id, min(entered_at) as since, bool_or(from_stage_id is null) as is_whole
        from changed group by 1, 2
      ) c
      cross join lateral (
        select coalesce(o.root_id, o.id) as root_id from public.lifecycle_record o
        where o.workspace_id = c.workspace_id and o.id = c.record_id offset 0) r
      left join lateral (
        select true as goes_on from public.lifecycle_record f
        where f.workspace_id = c.workspace_id and f.root_id = r.root_id limit 1) journey on c.is_whole
      where not c.is_whole or journey.goes_on
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
INSERTED = """
create or replace trigger scorecard_mark_inserted after insert on lifecycle_stagestay
  referencing new table as changed for each statement execute function public.{function}()
"""


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0017_amounts_are_compared")]

    operations = [
        former.marking("new_stays", "changed", NEW_STAYS),
        migrations.RunSQL(
            INSERTED.format(function="scorecard_mark_new_stays"), INSERTED.format(function="scorecard_mark_stays")
        ),
    ]
