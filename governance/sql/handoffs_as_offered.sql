-- Show records as they were when they were offered, and whom the rules of that time gave each to.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   offered: the records as they were at their offers
-- columns:
--   handoff: the number of the handoff
--   was_receiver: who got it first, '' where it waited
--   was_rule: the rule that took it, '' where none did
--   moment: when it was offered
--   kind: lead, opportunity or customer
--   stage_id: the stage from which it is offered
--   entered_stage_at: since when it stood there
--   name: its name then, as the following
--   email: its address
--   domain: its domain
--   source: its source
--   amount: its amount
--   currency: of the amount
--   mrr: its monthly revenue
--   closes_on: when it closes
--   renews_on: when it renews
--   created_at: since when it is known
--   account_id: its company
--   owner_id: its owner
--   team_id: its team
--   score: its score
--   last_activity_at: when it was last touched
--   properties: its properties, as JSON
select
    h.number as handoff,
    coalesce(receiver.name, '') as was_receiver,
    coalesce(taken.label, '') as was_rule,
    w.moment,
    w.kind,
    w.stage_id,
    w.entered_stage_at,
    w.name,
    w.email,
    w.domain,
    w.source,
    w.amount,
    w.currency,
    w.mrr,
    w.closes_on,
    w.renews_on,
    w.created_at,
    w.account_id,
    w.owner_id,
    w.team_id,
    coalesce(scored.points, w.score) as score,
    w.last_activity_at,
    w.properties
from (/*{offered*/ select r.*, r.created_at as moment, r.id as handoff_id from lifecycle_record r /*}*/) w
join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = w.handoff_id
left join lateral (
    select
        a.member_id,
        a.trace
    from handoffs_assignment a
    where a.workspace_id = %(workspace)s and a.handoff_id = h.id
    order by a.at
    limit 1
) first on true
left join workspaces_member receiver on receiver.workspace_id = %(workspace)s and receiver.id = first.member_id
left join lateral (
    select rule ->> 'label' as label
    from jsonb_array_elements(first.trace -> 'rules') rule
    where rule ->> 'position' = first.trace ->> 'matched'
    limit 1
) taken on true
left join lateral (
    select s.after as points
    from lifecycle_scorechange s
    where s.workspace_id = %(workspace)s and s.record_id = h.record_id and s.at <= w.moment
    order by s.at desc
    limit 1
) scored on true
order by h.number
