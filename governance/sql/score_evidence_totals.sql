-- Count the newest leads by what they would score with more rules, and how many of them were won.
--
-- The stage is joined to the left: of so few rows the planner believes one, and would begin with it for each lead.
--
-- parameters:
--   rules text: the rules, a list of objects: key, value, points
-- parts:
--   newest_leads: the leads that are looked at
-- columns:
--   total: the score they have and the points beside
--   leads: how many have it
--   won: how many of them were won
with rules as materialized (
    select
        rule.key,
        rule.value,
        rule.points
    from jsonb_to_recordset(%(rules)s::jsonb) as rule (key text, value jsonb, points int)
)
select
    newest.score + newest.more as total,
    count(*) as leads,
    count(*) filter (where newest.is_won) as won
from (
    select
        r.score,
        s.category = 'won' as is_won,
        greatest(
            (
                select coalesce(sum(rules.points), 0)
                from rules
                cross join
                    lateral (
                        select (r.properties || jsonb_build_object('source', r.source)) -> rules.key as value
                    ) own
                where
                    own.value = rules.value
                    or (
                        jsonb_typeof(rules.value) = 'number' and jsonb_typeof(own.value) = 'number'
                        and own.value >= rules.value
                    )
            ), 0
        ) as more
    from (/*{newest_leads*/ select * from lifecycle_record /*}*/) r
    left join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
) newest
group by newest.score + newest.more
order by newest.score + newest.more
