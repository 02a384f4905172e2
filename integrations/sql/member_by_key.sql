-- Find who comes in by a key, in the workspace that was just entered.
--
-- parameters:
--   slug text: the workspace, as addresses call it
--   prefix text: what the key begins with
-- places:
--   workspace_columns: what is read of the workspace `w`
--   member_columns: what is read of the key's member `m`
-- parts:
--   calm: the planner's own mind
-- columns:
--   workspace_id: the workspace, and all that is read of it
--   member_id: the member, and all that is read of them
--   id: the key
--   name: what it is called
--   prefix: what it begins with
--   secret_hash: the sum of its secret
--   scopes: what it may, as JSON
--   per_minute: how many calls it may make in a minute
--   system: whose word its writes are
--   expires_at: when it ends
--   revoked_at: when it was closed
--   last_used_on: the last day it was used
--   made_by_id: the person behind it
--   maker_role: the role of that person
--   maker_is_here: whether they still come in, with an address they have proved
with calm as materialized (/*{calm*/ select '' as seqscan /*}*/)
select
    /*{workspace_columns*/ w.id as workspace_id /*}*/,
    /*{member_columns*/ m.id as member_id /*}*/,
    k.id,
    k.name,
    k.prefix,
    k.secret_hash,
    k.scopes::text as scopes,
    k.per_minute,
    k.system,
    k.expires_at,
    k.revoked_at,
    k.last_used_on,
    k.made_by_id,
    p.role as maker_role,
    p.is_active and u.is_active and exists (
        select from account_emailaddress e
        where e.user_id = u.id and e.email = u.email and e.verified
    ) as maker_is_here
from calm
cross join workspaces_workspace w
join integrations_apikey k on k.workspace_id = w.id
join workspaces_member m on m.workspace_id = w.id and m.id = k.member_id
left join workspaces_member p on p.workspace_id = w.id and p.id = k.made_by_id
left join workspaces_user u on u.id = p.user_id
where w.slug = %(slug)s and k.prefix = %(prefix)s
