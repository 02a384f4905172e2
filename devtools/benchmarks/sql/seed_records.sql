-- Make a range of records, three leads to two opportunities, changed over the last 400 days: each second opportunity
-- came from a lead, a few members, sources and companies have most of them, and leads have an owner from the
-- third stage on, but for one in a hundred. Of ten that came to the third stage, where they are offered, nine have gone
-- on.
--
-- The three oldest leads come from a rare source and have no owner.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first record's number
--   last int: the last one's
--   ids text: how the ids of this workspace's records begin
--   companies int: how many there are
--   lead uuid: the pipeline of leads
--   sales uuid: the pipeline of opportunities
--   leads uuid[]: the stages of leads
--   deals uuid[]: the stages of opportunities
--   owners uuid[]: the members who own them, the busiest first
--   team uuid: whose members they are
insert into lifecycle_record (
    id, workspace_id, number, kind, name, email, domain, source, account_id, owner_id, team_id, pipeline_id, stage_id,
    opened_at, entered_stage_at, score, amount, currency, origin_id, root_id, properties, created_at, updated_at
)
select
    (%(ids)s || lpad(to_hex(i), 12, '0'))::uuid, %(workspace)s, i, d.kind, 'Record ' || i, 'r' || i || '@bench.example',
    'bench.example', d.source, a.id, d.owner_id, case when d.owner_id is not null then %(team)s::uuid end,
    case when d.kind = 'lead' then %(lead)s::uuid else %(sales)s::uuid end, d.stage_id,
    d.changed_at - interval '40 day', d.changed_at, mod(i * 31, 100),
    case when d.kind = 'opportunity' then mod(i * 137, 50000) + 100 end,
    case when d.kind = 'opportunity' then 'USD' else '' end, d.origin_id, d.origin_id,
    jsonb_build_object(
        'employees', mod(i * 53, 3000), 'seniority',
        (array['Individual', 'Manager', 'Director', 'VP', 'C-level'])[1 + mod(i, 5)],
        'pages_viewed', mod(i, 30), 'demo_requested', mod(i, 4) = 0, 'use_case', 'Routing',
        'product', 'P' || mod(i, 3)
    ),
    d.changed_at - interval '40 day', now()
from generate_series(%(first)s, %(last)s) i
cross join
    lateral (
        select
            mod(i, 5) < 3 as is_lead, i <= 3 as is_rare,
            mod(abs(hashint8(i)), 1000003) / 1000003.0 as chance,
            mod(abs(hashint8(i + 7)), 1000003) / 1000003.0 as other
    ) c
cross join
    lateral (
        select
            case when c.is_lead then 'lead' else 'opportunity' end as kind,
            case when c.is_rare then 'Trade fair'
                else (array['Website', 'Webinar', 'Partner', 'Event', 'Outbound'])[1 + trunc(5 * c.chance ^ 2)::int]
            end as source,
            case when c.is_rare or c.is_lead and mod(i / 5, 6) < 2 or mod(i, 101) = 0 then null
                else (%(owners)s::uuid[])[1 + trunc(cardinality(%(owners)s::uuid[]) * c.other ^ 2)::int]
            end as owner_id,
            case when c.is_lead
                    then (%(leads)s::uuid[])[1 + mod(i / 5, 6) + (mod(i / 5, 6) = 2 and mod(i / 30, 10) > 0)::int]
                else (%(deals)s::uuid[])[1 + mod(i / 5, cardinality(%(deals)s::uuid[]))]
            end as stage_id,
            case when mod(i, 5) = 3 then (%(ids)s || lpad(to_hex(i - 1), 12, '0'))::uuid end as origin_id,
            now()
            - interval '1 day' * case when c.is_rare then 410 - i else mod(i::bigint * 7919, 400) end as changed_at
    ) d
left join lifecycle_account a
    on a.workspace_id = %(workspace)s and a.number = 1 + trunc(%(companies)s * c.chance ^ 2)::int
