-- List the journeys that began on the days asked and came to a step of the funnel or further, the newest first, one row
-- each: the record by which they came there.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   places int[]: for each stage, the place of its step, from 0
--   stages uuid[]: the stages
--   place int: the step they came to
--   beyond int: the step they did not come to, or null
--   segment text: what it is split by, or blank
--   value text: only those that have this value of it
--   most int: how many
--   skipped int: how many are on the pages before
-- parts:
--   split_value: the value it has of the segment
-- places:
--   near: the days on which they came there, as bounds of s.entered_at
--   days: exactly the days asked, of x.day
-- columns:
--   number: the record's number
--   name: the record's name
--   kind: lead, opportunity or customer
--   stage: where it stands
--   owner: whose it is
--   day: the day it began
--   amount: what it was worth when it came there
--   currency: in which currency
with journeys as (
    select distinct coalesce(r.root_id, r.id) as root_id
    from unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id)
    join lifecycle_stagestay s
        on s.workspace_id = %(workspace)s and s.stage_id = step.stage_id and /*{near*/ true /*}*/
    join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = s.record_id
    where step.place >= %(place)s
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
        step.place,
        s.*
    from members m
    join lifecycle_stagestay s on s.workspace_id = %(workspace)s and s.record_id = m.record_id
    join unnest(%(places)s::int[], %(stages)s::uuid[]) step (place, stage_id) on step.stage_id = s.stage_id
),
began as (
    select distinct on (root_id)
        root_id,
        (entered_at at time zone %(zone)s)::date as day,
        owner_id,
        team_id,
        source
    from entries
    order by root_id, entered_at, place, id
),
came as (
    select distinct on (root_id)
        root_id,
        record_id,
        amount,
        currency
    from entries
    where place >= %(place)s
    order by root_id, entered_at, place, id
)
select
    r.number,
    r.name,
    r.kind,
    stage.label as stage,
    coalesce(m.name, '') as owner,
    x.day,
    came.amount,
    came.currency
from began x
join came on came.root_id = x.root_id
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = came.record_id
join lifecycle_stage stage on stage.workspace_id = %(workspace)s and stage.id = r.stage_id
left join workspaces_member m on m.workspace_id = %(workspace)s and m.id = r.owner_id
where
    /*{days*/ true /*}*/
    and not exists (select 1 from entries e where e.root_id = x.root_id and e.place >= %(beyond)s)
    and (%(segment)s = '' or %(value)s = (/*{split_value*/ select x.source as value /*}*/))
order by x.day desc, r.number desc
limit %(most)s offset %(skipped)s
