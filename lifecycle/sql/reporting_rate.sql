-- Find what a unit of a currency is worth in another one, by the last rate on or before a day.
--
-- parameters:
--   currency text: the currency
--   told_in text: the reporting currency
--   day date: the day
-- columns:
--   rate: null where none is known
select public.reporting_rate(%(currency)s, %(told_in)s, %(day)s) as rate
