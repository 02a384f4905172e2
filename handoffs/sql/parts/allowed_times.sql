-- Say how long whoever gets each of the statement's `received` records has: by the first SLA line it meets, in the
-- hours of that person, else of the team they have it in, else of the seam.
--
-- parameters:
--   workspace uuid: the tenant
--   function text: the side that receives
--   rules int[]: the positions of the seam's routing rules, behind which its SLA lines are tested
--   only_catch_all bool[]: by SLA line, whether it is met by nothing but what the catch-all takes
--   times jsonb: by line (0 for none) and hours (null for the seam's): the line's key, due times and clocks
-- columns:
--   receiving_team_id: the team they have it in
--   hours_id: whose hours they are, or null
--   sla_line: the key of the line, or ''
--   due: when it must be answered; null where these hours are not among the times
--   touch_due: when it must be touched first, or null
--   clocks: one object per kind of clock that begins now, with its due time and rungs
select
    seated.*,
    times.sla_line,
    times.due,
    times.touch_due,
    times.clocks
from (
    select
        received.*,
        line.place as line_place,
        place.team_id as receiving_team_id,
        coalesce(own.hours_id, shared.hours_id) as hours_id
    from received
    left join lateral (
        select s.team_id
        from workspaces_teamseat s
        join workspaces_team t on t.workspace_id = s.workspace_id and t.id = s.team_id
        where s.workspace_id = %(workspace)s and s.member_id = received.assignee_id
        order by t.function <> %(function)s, t.key
        limit 1
    ) seat on received.turn_team_id is null
    cross join
        lateral (
            select
                coalesce(
                    received.turn_team_id,
                    case when received.cause <> 'routed' then received.pool_team_id end,
                    seat.team_id,
                    received.pool_team_id
                ) as team_id
        ) place
    left join handoffs_ownhours own
        on own.workspace_id = %(workspace)s and own.member_id = received.assignee_id
    left join handoffs_ownhours shared
        on shared.workspace_id = %(workspace)s and shared.team_id = place.team_id
    left join lateral (
        select sla.place
        from unnest(%(only_catch_all)s::boolean[]) with ordinality as sla (is_only, place)
        where
            received.conditions[cardinality(%(rules)s::int[]) + sla.place]
            and (
                not sla.is_only or received.chosen_place is null
                or received.chosen_place = cardinality(%(rules)s::int[])
            )
        order by sla.place
        limit 1
    ) line on true
) seated
left join
    jsonb_to_recordset(%(times)s::jsonb)
        as times (
            line int, hours uuid, sla_line text, due timestamptz, touch_due timestamptz, clocks jsonb
        )
    on times.line = coalesce(seated.line_place, 0) and times.hours is not distinct from seated.hours_id
