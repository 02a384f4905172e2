-- Find who may be given each handoff by a step that names somebody: who is here and may answer.
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
--   members: who may be given it, first who goes before the others
with people as materialized (
    /*{able_people*/ select id, true as is_here, 0 as rank, joined_at, id as acts_id from workspaces_member /*}*/
)
select
    c.id as clock_id,
    array(
        select named.id
        from (
            /*{rung_people*/ select p.id, 1 as place from people p /*}*/
        ) named
        join workspaces_member able on able.workspace_id = h.workspace_id and able.id = named.id
        where able.role = any(%(answering_roles)s)
        order by named.place
    ) as members
from unnest(%(clocks)s::uuid[]) asked (id)
join handoffs_clock c on c.workspace_id = %(workspace)s and c.id = asked.id
join handoffs_handoff h on h.workspace_id = c.workspace_id and h.id = c.handoff_id
join handoffs_seam s on s.workspace_id = h.workspace_id and s.id = h.seam_id
left join workspaces_team t on t.workspace_id = h.workspace_id and t.id = h.team_id
cross join lateral (/*{next_action*/ select 'task' as action, null::jsonb as rung /*}*/) step
