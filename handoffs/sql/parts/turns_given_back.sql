-- Give back the turns of the assignments that the statement's `given_up` lists: those that were a turn, or counted as
-- one.
--
-- parameters:
--   workspace uuid: the tenant
insert into handoffs_turnmove (workspace_id, pool_id, member_id, handoff_id, assignment_id, turns, why, at)
select
    %(workspace)s,
    coalesce(gift.pool_id, given_up.pool_id),
    given_up.member_id,
    given_up.handoff_id,
    given_up.assignment_id,
    -1,
    given_up.why,
    given_up.at
from given_up
left join handoffs_turnmove gift
    on gift.workspace_id = %(workspace)s and gift.assignment_id = given_up.assignment_id and gift.turns = 1
where given_up.was_turn or gift.id is not null
on conflict (workspace_id, assignment_id, turns) do nothing
