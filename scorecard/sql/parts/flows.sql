-- Find entries into and exits from open stages near the days asked: +1 on the day a record enters, -1 on the day it
-- leaves, so that the sum of all days up to a day is what was open at its end. A record that changes hands while it is
-- open goes from one owner and comes to the other on that day.
--
-- A stay ends when the record's next begins, so exits near the days asked are those of records that entered something
-- then: entries are indexed, exits are not.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   open_stages uuid[]: the open stages of the pipeline
-- places:
--   entered_near: the days asked, as bounds of o.entered_at
--   exited_near: the days asked, as bounds of o.exited_at
--   left: the stays whose records may have moved on the days asked
--   changed_near: the days asked, as bounds of c.at
-- columns:
--   record_id: the record
--   stage_id: the stage it entered or left
--   day: the day it did
--   entered_on: the day it had entered it
--   taken_on: the day since when it was theirs
--   change: +1 or -1
--   has_left: it left its stage
--   owner_id: whose it was then
--   team_id: which team's
--   source: where it came from
--   amount: what it was worth
--   currency: in which currency
select
    o.record_id,
    o.stage_id,
    (o.entered_at at time zone %(zone)s)::date as day,
    (o.entered_at at time zone %(zone)s)::date as entered_on,
    (o.entered_at at time zone %(zone)s)::date as taken_on,
    1 as change,
    false as has_left,
    o.owner_id,
    o.team_id,
    o.source,
    o.amount,
    o.currency
from lifecycle_stagestay o
where o.workspace_id = %(workspace)s and o.stage_id = any(%(open_stages)s) and /*{entered_near*/ true /*}*/
union all
select
    o.record_id,
    o.stage_id,
    (o.exited_at at time zone %(zone)s)::date as day,
    (o.entered_at at time zone %(zone)s)::date as entered_on,
    (
        coalesce(
            (
                select max(p.at) from lifecycle_staychange p
                where
                    p.workspace_id = %(workspace)s and p.record_id = o.record_id and p.stay_id = o.id
                    and (p.owner_before, p.team_before) is distinct from (p.owner_after, p.team_after)
            ), o.entered_at
        ) at time zone %(zone)s
    )::date as taken_on,
    -1 as change,
    true as has_left,
    o.left_owner_id as owner_id,
    o.left_team_id as team_id,
    o.source,
    o.amount,
    o.currency
from lifecycle_stagestay o
where
    o.workspace_id = %(workspace)s and o.exited_at is not null and /*{exited_near*/ true /*}*/
    and /*{left*/ o.stage_id = any(%(open_stages)s) /*}*/
union all
select
    o.record_id,
    o.stage_id,
    (c.at at time zone %(zone)s)::date as day,
    (o.entered_at at time zone %(zone)s)::date as entered_on,
    (
        case
            when hand.change > 0 then c.at
            else
                coalesce(
                    (
                        select max(p.at) from lifecycle_staychange p
                        where
                            p.workspace_id = %(workspace)s and p.record_id = o.record_id and p.stay_id = o.id
                            and p.at < c.at
                            and (p.owner_before, p.team_before) is distinct from (p.owner_after, p.team_after)
                    ), o.entered_at
                )
        end at time zone %(zone)s
    )::date as taken_on,
    hand.change,
    false as has_left,
    hand.owner_id,
    hand.team_id,
    o.source,
    o.amount,
    o.currency
from lifecycle_staychange c
join lifecycle_stagestay o on o.workspace_id = %(workspace)s and o.id = c.stay_id
cross join
    lateral (
        values (-1, c.owner_before, c.team_before), (1, c.owner_after, c.team_after)
    ) as hand (change, owner_id, team_id)
where
    c.workspace_id = %(workspace)s and o.stage_id = any(%(open_stages)s) and /*{changed_near*/ true /*}*/
    and (c.owner_before, c.team_before) is distinct from (c.owner_after, c.team_after)
