-- Say who gave up the handoffs of a record at a seam, by the outer `asked (record_id, seam_id, since, is_wide)`: who
-- returned one since then; and, where it is wide, whoever had one and did not answer it. Returns are counted since its
-- last acceptance there, however long ago. A hand that was undone, and the one that goes on by it, gave up nothing.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   barred: who gave it up
--   returns: how often it was returned
select
    coalesce(array_agg(distinct gave.member_id) filter (where gave.member_id is not null), '{}') as barred,
    count(*) filter (where gave.is_return) as returns
from (
    select
        case when answered.answered_at >= asked.since then answered.member_id end as member_id,
        answered.accepted_at is null or answered.answered_at > answered.accepted_at as is_return
    from (
        select
            former.state,
            former.answered_at,
            coalesce(former.assignee_id, former.answered_by_id) as member_id,
            max(former.answered_at) filter (where former.state = 'accepted') over () as accepted_at
        from handoffs_handoff former
        where
            former.workspace_id = %(workspace)s and former.record_id = asked.record_id
            and former.seam_id = asked.seam_id and former.state in ('rejected', 'accepted')
    ) answered
    where answered.state = 'rejected'
    union all
    select
        a.member_id,
        false
    from handoffs_handoff former
    join handoffs_assignment a on a.workspace_id = former.workspace_id and a.handoff_id = former.id
    where
        asked.is_wide and former.workspace_id = %(workspace)s and former.record_id = asked.record_id
        and former.seam_id = asked.seam_id and a.ended_at >= asked.since
        and (former.answered_at is null or a.ended_at < former.answered_at)
        and not exists (
            -- it was undone, or is had again since what ended it was
            select from handoffs_assignment again
            where
                again.workspace_id = %(workspace)s and again.handoff_id = a.handoff_id and again.cause = 'undone'
                and (
                    again.at = a.ended_at
                    or again.member_id = a.member_id and exists (
                        select from handoffs_assignment undone
                        where
                            undone.workspace_id = %(workspace)s and undone.handoff_id = a.handoff_id
                            and undone.at = a.ended_at and undone.ended_at = again.at
                    )
                )
        )
) gave
