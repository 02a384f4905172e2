-- List the rules of the seam in their order, and who is named by those that name one person. The statement's
-- `people_here` says who is here.
--
-- parameters:
--   rules int[]: the positions of the seam's routing rules, in order
--   rule_labels text[]: what each rule says
--   rule_targets text[]: whom each rule chooses: pool, member, named_account, account_owner or record_owner
--   rule_pools uuid[]: the pool of each rule, or null
--   rule_members text[]: the address of each rule's member, or ''
-- columns:
--   place: the place of the rule, from 1
--   position: its position
--   label: what it says
--   target: whom it chooses
--   pool_id: its pool, or null
--   named_id: the member it names, where they are here
select
    rule.place,
    rule.position,
    rule.label,
    rule.target,
    rule.pool_id,
    named.id as named_id
from unnest(
        %(rules)s::int[], %(rule_labels)s::text[], %(rule_targets)s::text[], %(rule_pools)s::uuid[],
        %(rule_members)s::text[]
    ) with ordinality as rule (position, label, target, pool_id, email, place)
left join lateral (
    select id from people_here
    where people_here.email = rule.email
    order by id
    limit 1
) named on true
