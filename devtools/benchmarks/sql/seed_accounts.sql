-- Make companies, one for ten records.
--
-- parameters:
--   workspace uuid: the tenant
--   companies int: how many
insert into lifecycle_account (workspace_id, number, name, name_key, domain, created_at, updated_at)
select %(workspace)s, i, 'Firm ' || i, 'firm' || i, 'firm' || i || '.example', now() - interval '450 day', now()
from generate_series(1, %(companies)s) i
