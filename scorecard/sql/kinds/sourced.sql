-- Sourced pipeline: opportunities whose source one side answers for, of all, by the blueprint's lists of sources. Where
-- no source is named as marketing's, what came from a lead is. An amount that was blank then is the one that was filled
-- in later; a blank one stands aside. The day is that of opening,
-- at whose rate money is converted.
--
-- parameters:
--   workspace uuid: the tenant
--   zone text: the workspace's time zone
--   by_count boolean: count opportunities instead of adding up their amounts
--   side text: whose share it is: Marketing, Partner or Outbound
--   marketing_sources text[]: the sources of marketing, in lower case
--   partner_sources text[]: the sources of partners, in lower case
--   outbound_sources text[]: the sources of outbound work, in lower case
-- parts:
--   first_entries: the opportunities, with when they entered their pipeline
--   converted: the amount in the reporting currency
-- columns:
--   record_id: whom it is about
--   handoff_id: its handoff, or null
--   member_id: whose it was then
--   team_id: which team's
--   source: where it came from
--   worth: what it was worth
--   currency: in which currency
--   stage_id: the stage it counts in, or null
--   cause: why
--   day: the day it counts on
--   numerator: what it adds to the numerator
--   denominator: what it adds to the denominator
--   aside: what it adds aside
--   stock: 1 where it adds to the numerator: of money, sums do not say how many did
--   stock_days: the days that belong to it
--   amounts: how many amounts of money it adds
--   unconverted: 1 where its money has no rate
--   measure: days or minutes it took, or null
select
    c.record_id,
    null::uuid as handoff_id,
    c.owner_id as member_id,
    c.team_id,
    c.source,
    m.worth,
    m.currency,
    null::uuid as stage_id,
    sourced.side as cause,
    m.day,
    case when sourced.side = %(side)s then case when %(by_count)s then 1 else coalesce(money.amount, 0) end else 0 end
        as numerator,
    case when %(by_count)s then 1 else coalesce(money.amount, 0) end as denominator,
    (m.worth is null and not %(by_count)s)::int as aside,
    (sourced.side = %(side)s and (%(by_count)s or coalesce(money.amount, 0) <> 0))::int as stock,
    0 as stock_days,
    money.amounts,
    money.unconverted,
    null::int as measure
from (/*{first_entries*/ select y.*, y.entered_at as reached_at from lifecycle_stagestay y /*}*/) c
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = c.record_id
left join lifecycle_record o on o.workspace_id = %(workspace)s and o.id = r.origin_id
cross join
    lateral (
        select
            case when not %(by_count)s then coalesce(c.amount, r.amount) end as amount,
            coalesce(c.amount, r.amount) as worth,
            case when c.amount is null then r.currency else c.currency end as currency,
            (c.entered_at at time zone %(zone)s)::date as day
    ) m
cross join lateral (/*{converted*/ select m.amount, 1 as amounts, 0 as unconverted, '' as cause /*}*/) money
cross join
    lateral (
        select case
            when lower(c.source) = any(%(partner_sources)s::text[]) then 'Partner'
            when lower(c.source) = any(%(outbound_sources)s::text[]) then 'Outbound'
            when lower(c.source) = any(%(marketing_sources)s::text[]) then 'Marketing'
            when %(marketing_sources)s::text[] = '{}' and o.kind = 'lead' then 'Marketing'
            when c.source = '' then 'No source'
            else 'Others'
        end as side
    ) sourced
where c.entered_at is not null
