-- Convert the money `m` (amount, currency, day) of a row into the reporting currency, to the cent, by the last rate
-- on or before its day. Money without a currency is in the workspace's own. What has no rate is counted, never added.
--
-- parameters:
--   workspace uuid: the tenant
--   own_currency text: the workspace's own currency
--   reporting_currency text: the currency figures are told in
-- columns:
--   amount: the money in the reporting currency; null where it is blank or has no rate
--   amounts: 1 where there is such an amount
--   unconverted: 1 where there is money without a rate
--   cause: why it is not added
select
    round(m.amount * rate.rate, 2) as amount,
    (m.amount is not null and rate.rate is not null)::int as amounts,
    (m.amount is not null and rate.rate is null)::int as unconverted,
    case
        when m.amount is null then 'No amount'
        when rate.rate is null then coalesce(nullif(m.currency, ''), %(own_currency)s) || ' without a rate'
        else ''
    end as cause
from (
    select case
        when coalesce(nullif(m.currency, ''), %(own_currency)s) = %(reporting_currency)s then 1
        when m.amount is not null
            then (
                select x.rate from scorecard_exchangerate x
                where
                    x.workspace_id = %(workspace)s and x.to_currency = %(reporting_currency)s
                    and x.currency = coalesce(nullif(m.currency, ''), %(own_currency)s) and x.day <= m.day
                order by x.day desc
                limit 1
            )
    end as rate
) rate
