-- Give each record of a range ten stays: nine closed ones of four days each before the present one.
--
-- parameters:
--   workspace uuid: the tenant
--   first int: the first record's number
--   last int: the last one's
--   leads uuid[]: the stages that a lead has been in
--   deals uuid[]: the stages that an opportunity has been in
insert into lifecycle_stagestay (
    workspace_id, record_id, pipeline_id, stage_id, entered_at, exited_at, cause,
    blueprint_version, owner_id, team_id, left_owner_id, left_team_id, amount, currency, source
)
select
    r.workspace_id, r.id, r.pipeline_id,
    case when k = 9 then r.stage_id
        when r.kind = 'lead' then (%(leads)s::uuid[])[1 + mod(k, cardinality(%(leads)s::uuid[]))]
        else (%(deals)s::uuid[])[1 + mod(k, 4)]
    end,
    r.entered_stage_at - (9 - k) * interval '4 day',
    case when k = 9 then null else r.entered_stage_at - (8 - k) * interval '4 day' end,
    'advance', 1, r.owner_id, r.team_id, case when k < 9 then r.owner_id end, case when k < 9 then r.team_id end,
    r.amount, r.currency, r.source
from lifecycle_record r cross join generate_series(0, 9) k
where r.workspace_id = %(workspace)s and r.number between %(first)s and %(last)s
