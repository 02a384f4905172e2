-- Find who is given each handoff by a step that names somebody: the first who is here and may answer, and neither has
-- it nor let it pass before.
--
-- parameters:
--   workspace uuid: the tenant
--   clocks uuid[]: the locked clocks
--   answering_roles text[]: the roles that answer
-- parts:
--   able_people: the people who may be named
--   next_action: what the step does
--   rung_people: whom it names
-- columns:
--   clock_id: one of the clocks
--   member_id: who is given it
with people as materialized (
    /*{able_people*/ select id, true as is_here, 0 as rank, joined_at, id as acts_id from workspaces_member /*}*/
)
select
    c.id as clock_id,
    (
        select named.id
        from (
            /*{rung_people*/ select p.id, 1 as place from people p /*}*/
        ) named
        join workspaces_member able on able.workspace_id = h.workspace_id and able.id = named.id
        where
            able.role = any(%(answering_roles)s)
            and not exists (
                select from handoffs_assignment a
                where
                    a.workspace_id = h.workspace_id and a.handoff_id = h.id and a.member_id = named.id
                    and (a.missed or a.ended_at is null)
            )
        order by named.place
        limit 1
    ) as member_id
from unnest(%(clocks)s::uuid[]) asked (id)
join handoffs_clock c on c.workspace_id = %(workspace)s and c.id = asked.id
join handoffs_handoff h on h.workspace_id = c.workspace_id and h.id = c.handoff_id
join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
left join workspaces_team t on t.workspace_id = h.workspace_id and t.id = h.team_id
cross join lateral (/*{next_action*/ select 'task' as action, null::jsonb as rung /*}*/) step
