-- Note once a day that a key was used, with a line in the security log. A twin that is writing the same day already is
-- not waited for.
--
-- parameters:
--   workspace uuid: the tenant
--   key uuid: the key
--   day date: today, where the workspace is
--   at timestamptz: the moment
--   address text: where the call came from
--   browser text: what it called itself
--   request_id text: the request
with used as (
    update integrations_apikey
    set last_used_on = %(day)s
    where
        id in (
            select id from integrations_apikey
            where id = %(key)s and workspace_id = %(workspace)s
            for update skip locked
        )
    returning workspace_id, member_id, name, prefix
)
insert into history_securityevent (workspace_id, member_id, kind, at, facts, address, browser, request_id)
select
    workspace_id,
    member_id,
    'key.used',
    %(at)s,
    jsonb_build_object('name', name, 'prefix', prefix),
    %(address)s,
    %(browser)s,
    %(request_id)s
from used
