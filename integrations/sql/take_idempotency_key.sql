-- Take a caller's key for one call, and forget a few that are old. No row comes back when the key is taken; who comes
-- second waits here for the first.
--
-- parameters:
--   workspace uuid: the tenant
--   member uuid: the caller
--   key text: the key
--   hash text: what is asked for
--   at timestamptz: the moment
--   before timestamptz: what is older is forgotten
-- columns:
--   id: the key's row, ours until the transaction ends
with old as (
    select id from integrations_idempotencykey
    where workspace_id = %(workspace)s and at < %(before)s
    order by at
    limit 20
    for update skip locked
),
forgotten as (
    delete from integrations_idempotencykey
    where id in (select id from old) and workspace_id = %(workspace)s
)
insert into integrations_idempotencykey (workspace_id, member_id, key, body_hash, at)
values (%(workspace)s, %(member)s, %(key)s, %(hash)s, %(at)s)
on conflict (workspace_id, member_id, key) do nothing
returning id
