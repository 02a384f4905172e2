-- List the newest records that meet one condition, as JSON: at most fifty.
--
-- parameters:
--   workspace uuid: the tenant
--   number bigint: of one record, or null
--   kind text: of which kind, or null
--   email text: whose address, or null
--   words text[]: two words they are found by, or null
-- places:
--   condition: which of the parameters they meet
-- columns:
--   body: the records
select
    coalesce(json_agg(json_build_object(
        'number', r.number, 'kind', r.kind, 'name', r.name, 'email', r.email, 'domain', r.domain, 'source', r.source,
        'account', case when a.id is not null then json_build_object('number', a.number, 'name', a.name) end,
        'owner', case when m.id is not null then json_build_object('name', m.name, 'email', m.email) end,
        'pipeline', p.key, 'stage', s.key, 'opened_at', r.opened_at, 'entered_stage_at', r.entered_stage_at,
        'score', r.score, 'amount', r.amount::text, 'currency', r.currency, 'mrr', r.mrr::text,
        'closes_on', r.closes_on, 'renews_on', r.renews_on, 'last_activity_at', r.last_activity_at,
        'properties', r.properties, 'created_at', r.created_at, 'updated_at', r.updated_at
    ) order by r.created_at desc, r.id desc), '[]') as body
from (
    select r.* from lifecycle_record r
    where
        r.workspace_id = %(workspace)s
        and /*{condition*/ (%(number)s, %(kind)s, %(email)s, %(words)s) is not null /*}*/
    order by r.created_at desc, r.id desc
    limit 50
) r
join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
join lifecycle_pipeline p on p.workspace_id = r.workspace_id and p.id = r.pipeline_id
left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
left join workspaces_member m on m.workspace_id = r.workspace_id and m.id = r.owner_id
