-- Make records, three leads to two opportunities, changed over the last 400 days.
--
-- parameters:
--   workspace uuid: the tenant
--   number int: how many
--   lead uuid: the pipeline of leads
--   sales uuid: the pipeline of opportunities
--   leads uuid[]: the stages of leads
--   deals uuid[]: the stages of opportunities
--   owners uuid[]: the members who own them
insert into lifecycle_record (
    workspace_id, number, kind, name, email, domain, source, owner_id, pipeline_id, stage_id,
    opened_at, entered_stage_at, score, amount, currency, properties, created_at, updated_at
)
select
    %(workspace)s, i, case when mod(i, 5) < 3 then 'lead' else 'opportunity' end, 'Record ' || i,
    'r' || i || '@bench.example', 'bench.example',
    (array['Website', 'Webinar', 'Partner', 'Event', 'Outbound'])[1 + mod(i, 5)],
    (%(owners)s::uuid[])[1 + mod(i, cardinality(%(owners)s::uuid[]))],
    case when mod(i, 5) < 3 then %(lead)s else %(sales)s end,
    case when mod(i, 5) < 3 then (%(leads)s::uuid[])[1 + mod(i / 5, 6)]
        else (%(deals)s::uuid[])[1 + mod(i / 5, cardinality(%(deals)s::uuid[]))]
    end,
    now() - (mod(i::bigint * 7919, 400)) * interval '1 day' - interval '40 day',
    now() - (mod(i::bigint * 7919, 400)) * interval '1 day',
    mod(i * 31, 100), mod(i * 137, 50000) + 100, 'USD',
    jsonb_build_object(
        'employees', mod(i * 53, 3000), 'seniority',
        (array['Individual', 'Manager', 'Director', 'VP', 'C-level'])[1 + mod(i, 5)],
        'pages_viewed', mod(i, 30), 'demo_requested', mod(i, 4) = 0, 'use_case', 'Routing',
        'product', 'P' || mod(i, 3)
    ),
    now() - (mod(i::bigint * 7919, 400)) * interval '1 day' - interval '40 day', now()
from generate_series(1, %(number)s) i
