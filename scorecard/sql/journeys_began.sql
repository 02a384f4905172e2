-- List the journeys that began on the days asked, once for each step to which they came or beyond which they went.
-- Whose it is, is of their beginning; what they are worth, of the entry by which they came there.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step, from 0
--   stages uuid[]: the stages
--   least int: only those that came to this step
--   until date: the last day on which they came there
-- places:
--   near: some days on which they came there, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   record_id: the record with which the journey began
--   came_by: the one by which it came there
--   place: the step
--   furthest: the last step it came to
--   day: the day it began
--   came_on: the day it came there
--   member_id: whose it was at the beginning
--   team_id: which team's
--   source: where it came from
--   worth: what it was worth when it came there
--   currency: in which currency
with journeys as (
    select distinct coalesce(e.root_id, e.id) as root_id
    from unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id)
    join lifecycle_stagestay s
        on s.workspace_id = %(workspace)s and s.stage_id = step.stage_id and /*{near*/ true /*}*/
    join lifecycle_record e on e.workspace_id = %(workspace)s and e.id = s.record_id
    where step.place >= %(least)s
),
members as (
    select
        root_id,
        root_id as record_id
    from journeys
    union all
    select
        j.root_id,
        f.id as record_id
    from journeys j
    join lifecycle_record f on f.workspace_id = %(workspace)s and f.root_id = j.root_id
),
entries as (
    select
        m.root_id,
        m.record_id,
        step.place,
        entry.day,
        s.entered_at,
        s.exited_at,
        s.id,
        s.owner_id,
        s.team_id,
        s.source,
        s.amount,
        s.currency
    from members m
    join lifecycle_stagestay s on s.workspace_id = %(workspace)s and s.record_id = m.record_id
    join unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id) on step.stage_id = s.stage_id
    cross join lateral (select (s.entered_at at time zone %(zone)s)::date as day) entry
    where entry.day <= %(until)s
),
followed as (
    select
        e.*,
        max(e.place) over (journey rows between unbounded preceding and 1 preceding) as before,
        max(e.place) over (partition by e.root_id) as furthest,
        first_value(e.day) over journey as began_on,
        first_value(e.owner_id) over journey as first_owner_id,
        first_value(e.team_id) over journey as first_team_id,
        first_value(e.source) over journey as first_source
    from entries e
    window journey as (partition by e.root_id order by e.entered_at, e.place, e.exited_at, e.id)
)
select
    f.root_id as record_id,
    f.record_id as came_by,
    reached.place,
    f.furthest,
    x.day,
    f.day as came_on,
    f.first_owner_id as member_id,
    f.first_team_id as team_id,
    f.first_source as source,
    f.amount as worth,
    f.currency
from followed f
cross join lateral (select f.began_on as day) x
cross join generate_series(coalesce(f.before + 1, 0), f.place) reached (place)
where reached.place >= %(least)s and /*{days*/ true /*}*/
