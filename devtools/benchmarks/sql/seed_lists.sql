-- Make what lists are searched by: three old records of a rare source that nobody owns, an id of another system and
-- words for each record, and a handoff of each, of which three are recalled and late.
--
-- parameters:
--   workspace uuid: the tenant
--   seam uuid: the seam they were offered across
--   rep uuid: who received nearly all of them
--   other uuid: who received three
with rare as (
    select id, number, created_at from lifecycle_record
    where workspace_id = %(workspace)s and kind = 'lead'
    order by created_at asc, id asc limit 3
), sourced as (
    update lifecycle_record r set source = 'Trade fair', owner_id = null
    from rare where r.workspace_id = %(workspace)s and r.id = rare.id
), named as (
    insert into lifecycle_externalid (workspace_id, record_id, system, kind, value)
    select %(workspace)s, r.id, case when mod(r.number, 2) = 0 then 'crm' else 'billing' end, r.kind, 'x' || r.number
    from lifecycle_record r where r.workspace_id = %(workspace)s
), worded as (
    insert into lifecycle_searchtoken (workspace_id, token, record_id)
    select %(workspace)s, word.token, r.id from lifecycle_record r
    cross join
        lateral unnest(
            array[
                'record', 'r' || r.number, 'firm' || mod(r.number, 97),
                case when mod(r.number, 2) = 0 then 'even' else 'odd' end
            ]
        ) as word (token)
    where r.workspace_id = %(workspace)s
)
insert into handoffs_handoff (
    workspace_id, number, seam_id, record_id, state, assignee_id, offered_at, due_at, answered_at, breached_at,
    blueprint_version
)
select
    %(workspace)s, r.number, %(seam)s, r.id, case when rare.id is null then 'accepted' else 'recalled' end,
    case when rare.id is null then %(rep)s::uuid else %(other)s::uuid end,
    r.created_at, r.created_at + interval '4 hours', r.created_at + interval '1 hour',
    case when rare.id is not null then r.created_at + interval '4 hours' end, 1
from lifecycle_record r
left join rare on rare.id = r.id
where r.workspace_id = %(workspace)s
