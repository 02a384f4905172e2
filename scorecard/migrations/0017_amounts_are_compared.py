"""Lines of criteria compare money in the reporting currency: what a unit of a currency is worth on a day, and what an
amount comes to. A rate that is not known makes the amount unknown."""

from django.db import migrations

FUNCTIONS = """
create function public.reporting_currency(told text) returns text
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce(nullif(told, ''), (
    select w.currency from public.workspaces_workspace w
    where w.id = nullif(current_setting('app.workspace_id', true), '')::uuid
  ))
$$;
create function public.reporting_rate(currency text, told_in text, on_day date) returns numeric
language plpgsql stable parallel safe cost 1 set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select x.rate from public.scorecard_exchangerate x
    where x.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
      and x.to_currency = told_in and x.currency = reporting_rate.currency and x.day <= on_day
    order by x.day desc limit 1
  );
end $$;
create function public.in_reporting_currency(amount numeric, currency text, told_in text, on_day date) returns numeric
language plpgsql stable parallel safe cost 1 set search_path = pg_catalog, pg_temp as $$
declare
  told numeric;
begin
  if amount is null then return null; end if;
  told := round(amount * public.reporting_rate(
    coalesce(nullif(currency, ''), public.reporting_currency('')), told_in, on_day), 2);
  return case when abs(told) <= 1e15 then told end;
end $$;
"""
FORGET = """
drop function public.in_reporting_currency(numeric, text, text, date);
drop function public.reporting_rate(text, text, date);
drop function public.reporting_currency(text);
"""


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0016_costs_of_sources")]
    operations = [migrations.RunSQL(FUNCTIONS, FORGET)]
