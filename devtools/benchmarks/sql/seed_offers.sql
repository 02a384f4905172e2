-- Offer each record of a range to somebody, over the seam it stands at or else over one of all in turn: nine of ten
-- accepted, some rejected, a few recalled, three in a hundred open and half of those late.
--
-- The last two members have ten and a hundred open ones.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first record's number
--   last int: the last one's
--   seams uuid[]: the seams
--   triggers uuid[]: the stage at which each begins
--   reason uuid: why some were rejected
--   reps uuid[]: who receives them, the busiest first
--   team uuid: the receivers' team
insert into handoffs_handoff (
    workspace_id,
    number,
    seam_id,
    record_id,
    state,
    assignee_id,
    team_id,
    offered_at,
    due_at,
    answered_at,
    answered_by_id,
    reason_id, breached_at, first_touched_at, packet, blueprint_version
)
select
    r.workspace_id, r.number, coalesce(s.id, c.any_seam_id), r.id, h.state, h.assignee_id, %(team)s,
    r.entered_stage_at, h.due_at, h.answered_at, case when h.answered_at is not null then h.assignee_id end,
    case when h.state = 'rejected' then %(reason)s::uuid end,
    case when h.is_late then h.due_at end, case when h.state = 'accepted' then h.answered_at + interval '1 hour' end,
    '{"pain": "Too slow"}', 1
from lifecycle_record r
left join unnest(%(seams)s::uuid[], %(triggers)s::uuid[]) as s (id, trigger_id) on s.trigger_id = r.stage_id
cross join
    lateral (
        select
            (%(seams)s::uuid[])[1 + mod(r.number, cardinality(%(seams)s::uuid[]))] as any_seam_id,
            r.number <= 110 or mod(r.number, 100) < 3 as is_open, mod(r.number, 11) = 0 as was_late,
            mod(abs(hashint8(r.number + 99)), 1000003) / 1000003.0 as chance, cardinality(%(reps)s::uuid[]) as members
    ) c
cross join
    lateral (
        select
            case when c.is_open then 'offered' when mod(r.number, 100) < 9 then 'rejected'
                when mod(r.number, 100) < 11 then 'recalled' else 'accepted'
            end as state,
            (%(reps)s::uuid[])[
                case when r.number <= 10 then c.members - 1 when r.number <= 110 then c.members
                    else 1 + trunc((c.members - 2) * c.chance ^ 2)
                end::int
            ] as assignee_id,
            case when c.is_open and mod(r.number, 2) = 0 then now() + interval '1 day'
                else r.entered_stage_at + interval '4 hours'
            end as due_at,
            case when
                    not c.is_open
                    then r.entered_stage_at + case when c.was_late then 30 else 1 end * interval '1 hour'
            end as answered_at,
            case when c.is_open then mod(r.number, 2) = 1 else c.was_late end as is_late
    ) h
where r.workspace_id = %(workspace)s and r.number between %(first)s and %(last)s
