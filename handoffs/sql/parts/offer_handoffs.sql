-- Offer the statement's `given` records: one handoff each, numbered by its `numbers` and `wanted_numbers`.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam
--   at timestamptz: the moment
--   by uuid: the member who offers, or null
--   senders jsonb: by record, who offered it first, where that is not `by`
--   packets jsonb: by record, what is handed over with it
--   has_packet bool: whether the seam has a packet, of which drafts may be there
--   asked_again interval: how soon a queue is asked for somebody who is there
--   version int: the blueprint version in force
-- columns:
--   id: the handoff
--   number: its number
--   record_id: its record
--   assignee_id: who has it, or null
insert into handoffs_handoff (
    id, workspace_id, number, seam_id, record_id, assignee_id, queue_id, team_id, offered_at, offered_by_id,
    due_at, touch_due_at, sla_line, hours_id, packet, blueprint_version, again_at
)
select
    given.handoff_id,
    %(workspace)s,
    numbers.value - wanted_numbers.amount + given.given_place,
    %(seam)s,
    given.id,
    given.assignee_id,
    case when given.assignee_id is null then given.pool_id end,
    given.receiving_team_id,
    %(at)s,
    coalesce((%(senders)s::jsonb ->> given.id::text)::uuid, %(by)s),
    given.due,
    given.touch_due,
    given.sla_line,
    given.hours_id,
    coalesce(draft.packet, '{}') || coalesce(%(packets)s::jsonb -> given.id::text, '{}'),
    %(version)s,
    case when given.assignee_id is null then %(at)s::timestamptz + %(asked_again)s end
from given
cross join numbers
cross join wanted_numbers
left join lateral (
    select d.packet
    from handoffs_packetdraft d
    where %(has_packet)s and d.workspace_id = %(workspace)s and d.record_id = given.id and d.seam_id = %(seam)s
    limit 1
) draft on true
returning id, number, record_id, assignee_id
