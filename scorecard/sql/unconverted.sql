-- Count the samples behind a number whose money has no rate, by currency.
--
-- parameters:
--   own_currency text: the workspace's own currency
-- places:
--   samples: the samples
-- columns:
--   currency: the currency
--   number: how many
select
    coalesce(
        substring(x.cause from '^([A-Z]{3}) without a rate$'), nullif(x.currency, ''), %(own_currency)s
    ) as currency,
    count(*) as number
from (/*{samples*/ select s.*, '' as cause, '' as currency from scorecard_reading s /*}*/) x
group by 1
order by 2 desc, 1
