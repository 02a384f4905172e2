-- List the samples behind a number with their records, newest first.
--
-- The samples are found first and by themselves: joined with what they are shown with, the planner took them for a few
-- and looked each of tens of thousands up anew.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   most int: how many
--   skipped int: how many are on the pages before
-- places:
--   samples: the samples
-- columns:
--   day: the day it counts on
--   numerator: what it adds
--   denominator: what it adds
--   aside: what it adds
--   amounts: how many amounts of money it adds
--   unconverted: 1 where its money has no rate
--   measure: days or minutes it took
--   cause: why
--   record_number: the record's number, or null where it is about none
--   record_name: the record's name, or what it is about instead
--   kind: lead, opportunity or customer
--   stage: where the record stands
--   owner: whose it counts as
--   amount: what it was worth
--   currency: in which currency
--   handoff_number: its handoff's number
--   is_testimony: whether a file told the record's past
--   record_id: the record, or null
--   version: the version of the blueprint under which the record came to where it stood that day; null before all stays
with samples as materialized (
    /*{samples*/ select
        s.*, null::int as measure, '' as cause, s.id as record_id, s.id as handoff_id,
        s.id as member_id, 0 as worth, '' as currency
    from scorecard_reading s /*}*/
)
select
    x.day,
    x.numerator,
    x.denominator,
    x.aside,
    x.amounts,
    x.unconverted,
    x.measure,
    x.cause,
    r.number as record_number,
    coalesce(r.name, x.cause) as record_name,
    coalesce(r.kind, '') as kind,
    coalesce(s.label, '') as stage,
    coalesce(o.name, '') as owner,
    x.worth as amount,
    x.currency,
    h.number as handoff_number,
    exists(
        select from lifecycle_stagestay y
        where y.workspace_id = %(workspace)s and y.record_id = r.id and y.cause = 'history'
    ) as is_testimony,
    r.id as record_id,
    (
        select y.blueprint_version from lifecycle_stagestay y
        where
            y.workspace_id = %(workspace)s and y.record_id = r.id
            and y.entered_at < (x.day + 1)::timestamp at time zone %(zone)s
        order by y.entered_at desc, y.exited_at desc nulls first, y.id desc
        limit 1
    ) as version
from samples x
left join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = x.record_id
left join lifecycle_stage s on s.workspace_id = %(workspace)s and s.id = r.stage_id
left join workspaces_member o on o.workspace_id = %(workspace)s and o.id = x.member_id
left join handoffs_handoff h on h.workspace_id = %(workspace)s and h.id = x.handoff_id
order by x.day desc, r.number desc nulls last, h.number desc, x.cause
limit %(most)s offset %(skipped)s
