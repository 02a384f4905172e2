-- Take in new leads by one statement for exactly the default blueprint: no gates asked, no updates, no refusals.
--
-- parameters:
--   workspace uuid: the tenant
--   rows jsonb: the leads, as the API takes them
--   at timestamptz: when
--   by uuid: the member who sends them
--   pipeline uuid: the lifecycle
--   subscriber uuid: its first stage
--   lead uuid: its second stage
--   mql uuid: its third stage, where the seam begins
--   seam uuid: from marketing to sales
--   pool uuid: who takes them
--   reps uuid[]: the members of the pool
-- columns:
--   created: how many leads
with n as materialized (
    select
        x.*, row_number() over () as place, new_id() as id, split_part(email, '@', 2) as domain,
        regexp_replace(lower(account), '[^a-z0-9]', '', 'g') as ak
    from jsonb_to_recordset(%(rows)s) x (
            system text, external_id text, name text, email text, source text, account text,
            properties jsonb
        )
), fresh as materialized (
    select
        n.*, a.id as account_id,
        least(
            (case when (n.properties ->> 'employees')::float >= 50 then 20 else 0 end)
            + (case when (n.properties ->> 'employees')::float >= 500 then 10 else 0 end)
            + (case when n.properties ->> 'seniority' in ('Director', 'VP', 'C-level') then 20 else 0 end)
            + (case when n.properties ->> 'seniority' = 'Manager' then 10 else 0 end) + 10, 60
        )
        + least(
            (case when (n.properties ->> 'demo_requested')::boolean then 40 else 0 end)
            + (case when (n.properties ->> 'pages_viewed')::float >= 10 then 15 else 0 end), 60
        ) as score
    from n
    left join lifecycle_externalid e
        on e.workspace_id = %(workspace)s and e.system = n.system and e.kind = 'lead'
        and e.value = n.external_id
    left join lifecycle_record m
        on m.workspace_id = %(workspace)s and m.kind = 'lead' and m.email <> ''
        and m.email = n.email
    left join lifecycle_account a on a.workspace_id = %(workspace)s and a.name_key = n.ak
    where e.id is null and m.id is null
), wanted as (select distinct on (ak) ak, account from fresh where account_id is null),
account_number as (
    insert into workspaces_counter (workspace_id, noun, value) select %(workspace)s, 'account', count(*) from wanted
    having count(*) > 0
    on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value returning value
), accounts as (
    insert into lifecycle_account (workspace_id, number, name, name_key, created_at, updated_at)
    select %(workspace)s, (select value from account_number) + 1 - row_number() over (), account, ak, %(at)s, %(at)s
    from wanted returning id, name_key
), record_number as (
    insert into workspaces_counter (workspace_id, noun, value) select %(workspace)s, 'record', count(*) from fresh
    on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value returning value
), records as (
    insert into lifecycle_record (
        id, workspace_id, number, kind, name, email, domain, source, account_id, pipeline_id,
        stage_id, opened_at, entered_stage_at, score, properties, created_at, updated_at
    )
    select
        f.id, %(workspace)s, (select value from record_number) - f.place + 1, 'lead', f.name, f.email, f.domain,
        f.source, coalesce(f.account_id, accounts.id), %(pipeline)s,
        case when f.score >= 60 then %(mql)s else %(lead)s end, %(at)s, %(at)s, f.score, f.properties, %(at)s, %(at)s
    from fresh f left join accounts on accounts.name_key = f.ak
    returning id, number
), ids as (
    insert into lifecycle_externalid (workspace_id, record_id, system, kind, value)
    select %(workspace)s, id, system, 'lead', external_id from fresh
), stays as (
    insert into lifecycle_stagestay (
        workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at,
        entered_by_id, cause, blueprint_version, source
    )
    select
        %(workspace)s, f.id, %(pipeline)s, s.stage, s.before, %(at)s,
        case when s.n = 3 or s.n = 2 and f.score < 60 then null else %(at)s end, %(by)s, s.cause, 1, f.source
    from fresh
            f cross join (
        values (1, %(subscriber)s, null, 'intake'), (2, %(lead)s, %(subscriber)s, 'auto'),
        (3, %(mql)s, %(lead)s, 'auto')
    ) s (n, stage, before, cause)
    where s.n < 3 or f.score >= 60
), scores as (
    insert into lifecycle_scorechange (workspace_id, record_id, at, before, after, cause, reasons)
    select %(workspace)s, id, %(at)s, 0, score, 'intake', jsonb_build_array(jsonb_build_array('Score', score))
    from fresh
), touches as (
    insert into lifecycle_touchpoint (workspace_id, record_id, at, channel, source)
    select %(workspace)s, id, %(at)s, source, source from fresh
), words as (
    insert into lifecycle_searchtoken (workspace_id, token, record_id)
    select distinct %(workspace)s::uuid, w, f.id from fresh f cross join lateral regexp_split_to_table(
        lower(concat_ws(' ', f.name, f.email, domain, account, external_id, place)), '[^[:alnum:]]+'
    ) w where w <> ''
), events as (
    insert into history_event (
        workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
        blueprint_version
    )
    select %(workspace)s, e.kind, 'record', f.id, f.id, %(by)s, %(at)s, e.facts, 1
    from fresh f cross join lateral (
        select
            'record.created', jsonb_build_object(
                'kind', 'lead', 'number', f.place, 'system', f.system,
                'external_id', f.external_id, 'score', f.score
            )
        union all
        select 'record.entered_stage', '{"to": "lifecycle/subscriber", "cause": "intake"}'
        union all
        select 'record.entered_stage', '{"to": "lifecycle/lead", "cause": "auto"}'
        union all
        select 'record.entered_stage', '{"to": "lifecycle/mql", "cause": "auto"}' where f.score >= 60
    ) e (kind, facts)
), hot as materialized (
    select
        id, new_id() as handoff_id, row_number() over (order by place) as nth,
        (%(reps)s::uuid[])[1 + mod(place, cardinality(%(reps)s::uuid[]))] as rep
    from fresh where score >= 60
), handoff_number as (
    insert into workspaces_counter (workspace_id, noun, value) select %(workspace)s, 'handoff', count(*) from hot
    on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value returning value
), handoffs as (
    insert into handoffs_handoff (
        id, workspace_id, number, seam_id, record_id, assignee_id, offered_at, offered_by_id,
        due_at, touch_due_at, blueprint_version
    )
    select
        handoff_id, %(workspace)s, (select value from handoff_number) - nth + 1, %(seam)s, id, rep, %(at)s, %(by)s,
        %(at)s + interval '4 hours', %(at)s + interval '8 hours', 1
    from hot
), assignments as (
    insert into handoffs_assignment (workspace_id, handoff_id, member_id, pool_id, at, cause, trace)
    select %(workspace)s, handoff_id, rep, %(pool)s, %(at)s, 'routed', '{"rules": [], "matched": 1}' from hot
), clocks as (
    insert into handoffs_clock (workspace_id, handoff_id, kind, member_id, started_at, due_at, next_rung_at)
    select %(workspace)s, handoff_id, 'answer', rep, %(at)s, %(at)s + interval '4 hours', %(at)s + interval '3 hours'
    from hot
), offers as (
    insert into history_event (
        workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
        blueprint_version
    )
    select %(workspace)s, 'handoff.offered', 'handoff', handoff_id, id, %(by)s, %(at)s, '{"cause": "routed"}', 1
    from hot
)
select count(*) as created from records
