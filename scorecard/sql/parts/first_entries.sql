-- Find each record once with its first entry into the stages that begin, and with the first one from then on into those
-- that are to be reached, near the days asked. The same moment counts: files know days only, and a stage may be both.
--
-- One pass and no look-up by stage within a record's stays: without statistics, as after a great import, the planner
-- would take the index by stage for that and read a whole stage for every record. Only the few that reached the goal
-- both before and after are looked up, by record: array_position keeps the planner from the index by stage.
--
-- parameters:
--   workspace uuid: the tenant
--   entry uuid[]: the stages that begin
--   goal uuid[]: the stages that are to be reached; none where that is not asked
-- places:
--   near: the stays of records that entered on the days asked
-- columns:
--   record_id: the record
--   handoff_id: nothing
--   stage_id: nothing
--   cause: nothing
--   entered_at: its first entry
--   reached_at: when it first reached the goal after that, or null
--   owner_id: whose it was then
--   team_id: which team's
--   source: where it came from
--   amount: what it was worth
--   currency: in which currency
select
    record_id,
    null::uuid as handoff_id,
    null::uuid as stage_id,
    '' as cause,
    entered_at,
    case
        when first_at >= entered_at then first_at
        when last_at >= entered_at
            then (
                select min(g.entered_at) from lifecycle_stagestay g
                where
                    g.workspace_id = %(workspace)s and g.record_id = entries.record_id
                    and g.entered_at >= entries.entered_at and array_position(%(goal)s::uuid[], g.stage_id) is not null
            )
    end as reached_at,
    owner_id,
    team_id,
    source,
    amount,
    currency
from (
    select
        s.record_id,
        min(s.entered_at) filter (where s.stage_id = any(%(entry)s)) as entered_at,
        min(s.entered_at) filter (where s.stage_id = any(%(goal)s)) as first_at,
        max(s.entered_at) filter (where s.stage_id = any(%(goal)s)) as last_at,
        -- Of two that began at one moment, as files tell days only, the one that ended at once is the first.
        -- PostgreSQL leaves out those that nobody asks for.
        (
            array_agg(s.owner_id order by s.entered_at, s.exited_at, s.id) filter (where s.stage_id = any(%(entry)s))
        )[1] as owner_id,
        (
            array_agg(s.team_id order by s.entered_at, s.exited_at, s.id) filter (where s.stage_id = any(%(entry)s))
        )[1] as team_id,
        (
            array_agg(s.source order by s.entered_at, s.exited_at, s.id) filter (where s.stage_id = any(%(entry)s))
        )[1] as source,
        (
            array_agg(s.amount order by s.entered_at, s.exited_at, s.id) filter (where s.stage_id = any(%(entry)s))
        )[1] as amount,
        (
            array_agg(s.currency order by s.entered_at, s.exited_at, s.id) filter (where s.stage_id = any(%(entry)s))
        )[1] as currency
    from lifecycle_stagestay s
    where s.workspace_id = %(workspace)s and /*{near*/ s.stage_id = any(%(entry)s || %(goal)s::uuid[]) /*}*/
    group by s.record_id
) entries
