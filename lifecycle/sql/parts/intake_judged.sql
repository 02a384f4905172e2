-- Judge whether anything differs from what is stored, and ask every rule of the score once.
--
-- places:
--   score_answers: one boolean per score rule, `rule_0` and so on, over `merged`
-- columns:
--   is_changed: the record differs from what is stored
--   is_told: its dated past is known already
select
    merged.*,
    /*{score_answers*/ merged.source <> '' as rule_0, /*}*/
    merged.is_new or merged.made_account_id is not null
    or (merged.account_id is distinct from (merged.old).account_id)
    or (merged.origin_id is distinct from (merged.old).origin_id)
    or (
        (
            merged.name, merged.email, merged.domain, merged.source, merged.owner_id, merged.team_id, merged.amount,
            merged.currency, merged.mrr, merged.closes_on, merged.renews_on, merged.created_at, merged.properties
        ) is distinct from (
            (merged.old).name, (merged.old).email, (merged.old).domain, (merged.old).source, (merged.old).owner_id,
            (merged.old).team_id, (merged.old).amount, (merged.old).currency, (merged.old).mrr,
            (merged.old).closes_on, (merged.old).renews_on, (merged.old).created_at, (merged.old).properties
        )
    ) as is_changed,
    merged.history_stages is not null and not merged.is_new
    and merged.old_stages[1:cardinality(merged.history_stages)] = merged.history_stages
    and merged.old_moments[1:cardinality(merged.history_stages)] = merged.history_moments as is_told
from merged
