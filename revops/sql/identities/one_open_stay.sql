-- Every record has exactly one open stay, and it is the record's stage, pipeline and entry.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   what: where it is broken
select 'record ' || r.number as what
from lifecycle_record r
left join (
    select
        record_id, count(*) as open, min(stage_id::text) as stage, min(pipeline_id::text) as pipeline,
        min(entered_at) as entered_at
    from lifecycle_stagestay
    where workspace_id = %(workspace)s and exited_at is null
    group by 1
) s on s.record_id = r.id
where
    r.workspace_id = %(workspace)s and (
        s.open is distinct from 1 or s.stage is distinct from r.stage_id::text
        or s.pipeline is distinct from r.pipeline_id::text or s.entered_at is distinct from r.entered_stage_at
    )
