-- Count the samples behind a number whose money has no rate, by currency.
--
-- parameters:
--   workspace uuid: the tenant
--   own_currency text: the workspace's own currency
-- places:
--   samples: the samples
-- columns:
--   currency: the currency
--   number: how many
select
    coalesce(nullif(r.currency, ''), %(own_currency)s) as currency,
    count(*) as number
from (/*{samples*/ select s.*, s.id as record_id from scorecard_reading s /*}*/) x
join lifecycle_record r on r.workspace_id = %(workspace)s and r.id = x.record_id
group by 1
order by 2 desc, 1
