-- Find what somebody was told of several things at once, when the last of them that was there by then is done: each
-- row of the statement's `relieved` names whose task, or whose handoff, is theirs no more. What people were warned
-- of that others have stays.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   id: the notice
select told.id
from (select distinct member_id from relieved where member_id is not null) whose
cross join lateral (
    select t.id
    from notices_notice t
    where
        t.workspace_id = %(workspace)s and t.member_id = whose.member_id and t.seen_at is null
        and t.number is null
        and case
            when t.about = 'handoff' and t.kind in ('offered', 'passed_on', 'due_soon', 'breached')
                then not exists (
                        select from handoffs_handoff h
                        where
                            h.workspace_id = %(workspace)s and h.assignee_id = whose.member_id
                            and h.state = 'offered' and h.offered_at <= t.at
                            and h.id <> all(array(select handoff_id from relieved where task_id is null))
                    )
            when t.about = 'task' or t.kind in ('task', 'raised')
                then not exists (
                        select from handoffs_task k
                        where
                            k.workspace_id = %(workspace)s and k.assignee_id = whose.member_id
                            and k.done_at is null and k.created_at <= t.at
                            and case t.about
                                when 'handoff' then k.handoff_id is not null and k.kind <> 'late_task'
                                when 'record' then k.kind = 'aged'
                                else true
                            end
                            and k.id <> all(array(select task_id from relieved where task_id is not null))
                    )
            else false
        end
    for no key update skip locked
) told
