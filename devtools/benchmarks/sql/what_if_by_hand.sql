-- Compare every lead by one threshold and another, and by one routing and another, with the default score model.
--
-- parameters:
--   workspace uuid: the tenant
--   pipeline uuid: the lifecycle
--   subscriber uuid: its first stage
--   lead uuid: its second stage
--   at timestamptz: when
-- columns:
--   old_enters: whether the lead enters now
--   new_enters: whether it would
--   old_meets: whether it meets the gate now
--   new_meets: whether it would
--   old_route: which rule routes it now
--   new_route: which one would
--   old_points: its score
select
    (is_before and score >= 60 and not coalesce(opted, false)) as old_enters,
    (is_before and score >= 45 and not coalesce(opted, false)) as new_enters,
    score >= 60 and not coalesce(opted, false) as old_meets, score >= 45 and not coalesce(opted, false) as new_meets,
    case when account <> '' and has_owner then 0 else 1 end as old_route,
    case when account <> '' and has_owner then 0 when employees >= 1000 then 1 when seniority = 'C-level' then 2 else 3
    end as new_route,
    score as old_points
from (
    select
        stage_id = %(lead)s or stage_id = %(subscriber)s and (email <> '' or phone <> '') as is_before,
        opted, account, has_owner, employees, seniority,
        least(greatest(
            (case when employees >= 50 then 20 else 0 end) + (case when employees >= 500 then 10 else 0 end)
            + (case when seniority in ('Director', 'VP', 'C-level') then 20 else 0 end)
            + (case when seniority = 'Manager' then 10 else 0 end) + (case when domain <> '' then 10 else 0 end), 0
        ), 60)
        + floor(
            least(greatest(
                (case when demo then 40 else 0 end) + (case when trial then 30 else 0 end)
                + (case when webinar then 15 else 0 end) + (case when pages >= 10 then 15 else 0 end)
                + (case when visits >= 3 then 10 else 0 end) - (case when opted then 30 else 0 end), 0
            ), 60)
            * power(0.5, least(
                coalesce(greatest(extract(epoch from %(at)s - last_activity_at)::int / 86400, 0), 0) / 30.0, 60
            ))
        )::int as score
    from (
        select
            r.stage_id, r.email, r.properties ->> 'phone' as phone, r.domain, r.last_activity_at, a.name as account,
            a.owner_id is not null as has_owner,
            (r.properties ->> 'employees')::float as employees, r.properties ->> 'seniority' as seniority,
            (r.properties ->> 'demo_requested')::boolean as demo, (r.properties ->> 'trial_started')::boolean as trial,
            (r.properties ->> 'webinar_attended')::boolean as webinar,
            (r.properties ->> 'pages_viewed')::float as pages,
            (r.properties ->> 'visits')::float as visits, (r.properties ->> 'opted_out')::boolean as opted
        from lifecycle_record r
        join lifecycle_stage s on s.workspace_id = r.workspace_id and s.id = r.stage_id
        left join lifecycle_account a on a.workspace_id = r.workspace_id and a.id = r.account_id
        where r.workspace_id = %(workspace)s and r.pipeline_id = %(pipeline)s offset 0
    ) v offset 0
) w
