-- Read each record once with every question that both versions ask of it, and its score by either.
--
-- parameters:
--   workspace uuid: the tenant
-- places:
--   records: the records, each with the `moment` at which it is asked
--   questions: a column per question about the record `r`, its stage `s` and its account `a`
--   points: the scores, read off these columns of `j`
--   scored_questions: a column per question that looks at a score of `k`
--   which: which records
--   account_match: whose company the record `r` is of, on the side that receives
select
    k.* /*{scored_questions}*/
from (
    select
        j.*,
        /*{points*/ 0 as old_points, 0 as new_points /*}*/
    from (
        select
            r.*,
            s.key as stage_key,
            a.name as account_name,
            a.domain as account_domain,
            matched.owner_id as account_owner_id,
            matched.is_named as account_is_named /*{questions}*/
        from /*{records*/ lifecycle_record /*}*/ r
        join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
        left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
        left join lateral (/*{account_match*/
            select
                null::uuid as owner_id,
                false as is_named
        /*}*/) matched on true
        where r.workspace_id = %(workspace)s and /*{which*/ r.stage_id is not null /*}*/
        offset 0
    ) j
    offset 0
) k
offset 0
