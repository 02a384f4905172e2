"""The second half of the intake statement: everything is written once, and each row is told what became of it."""

NUMBERED = """
wanted_accounts as materialized (
  select distinct on (ak) ak, made_account_id as id, an, ad from settled
  where verdict in ('created', 'updated') and made_account_id is not null order by ak, i
),
account_numbers as (
  insert into workspaces_counter (workspace_id, noun, value)
  select @workspace@, 'account', count(*) from wanted_accounts having count(*) > 0
  on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
  returning value
),
made_accounts as (
  insert into lifecycle_account (id, workspace_id, number, name, name_key, domain, created_at, updated_at)
  select w.id, @workspace@, (select value from account_numbers) + 1 - row_number() over (order by w.ak desc),
         w.an, w.ak, coalesce(w.ad, ''), $2, $2 from wanted_accounts w
),
record_numbers as (
  insert into workspaces_counter (workspace_id, noun, value)
  select @workspace@, 'record', count(*) from settled where verdict = 'created' having count(*) > 0
  on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
  returning value
),
done as materialized (
  select z.*, z.verdict in ('created', 'updated') as is_written,
         case when z.new_score <> coalesce(z.old_score, 0) then @reasons@ end as reasons,
         case when z.verdict = 'created'
              then n.value + 1 - row_number() over (partition by z.verdict order by z.i desc)
              else z.number end as told_as,
         case when z.is_history then z.ha[1] else coalesce(z.opened_at, z.moment) end as now_opened_at,
         case when z.is_history then z.ha[cardinality(z.ha)] when cardinality(z.path) > 0 then z.moment
              else z.entered_stage_at end as now_entered_at
  from settled z left join record_numbers n on true
),
ready as materialized (
  select d.*, coalesce(d.account_id, d.made_account_id) as now_account_id from done d where d.is_written
),
"""

WRITTEN = """
made as (
  insert into lifecycle_record (
    id, workspace_id, number, kind, name, email, domain, source, account_id, owner_id, team_id, pipeline_id, stage_id,
    opened_at, entered_stage_at, score, amount, currency, mrr, closes_on, renews_on, properties, created_at, updated_at,
    origin_id)
  select r.id, @workspace@, r.told_as, r.kind, r.name, r.email, r.domain, r.source, r.now_account_id, r.owner_id,
         r.team_id, r.pipeline_id, r.stage_id, r.now_opened_at, r.now_entered_at, r.new_score, r.amount, r.currency,
         r.mrr, r.closes_on, r.renews_on, r.properties, r.created_at, $2, r.origin_id
  from ready r where r.is_new order by r.i
),
changed as (
  update lifecycle_record t set
    name = r.name, email = r.email, domain = r.domain, source = r.source, account_id = r.now_account_id,
    owner_id = r.owner_id, team_id = r.team_id, pipeline_id = r.pipeline_id, stage_id = r.stage_id,
    opened_at = r.now_opened_at, entered_stage_at = r.now_entered_at, score = r.new_score, amount = r.amount,
    currency = r.currency, mrr = r.mrr, closes_on = r.closes_on, renews_on = r.renews_on, properties = r.properties,
    created_at = r.created_at, updated_at = greatest($2, t.updated_at)
  from ready r
  where t.workspace_id = @workspace@ and t.id = any(array(select id from ready where not is_new)) and t.id = r.id
),
identified as (
  insert into lifecycle_externalid (workspace_id, record_id, system, kind, value)
  select @workspace@, r.id, r.s, r.kind, r.x from ready r where r.x is not null and not r.has_id
),
taken as (
  insert into lifecycle_importedid (workspace_id, of_id, identity, digest, line)
  select @workspace@, $7, z.q, z.dg, z.ln from settled z
  where z.q is not null and z.verdict in ('created', 'updated', 'unchanged')
  on conflict (workspace_id, of_id, identity) do nothing
),
left_stays as (
  update lifecycle_stagestay y set exited_at = r.moment
  from ready r
  where y.workspace_id = @workspace@ and y.exited_at is null and y.record_id = r.id
    and y.record_id = any(array(select id from ready where not is_new and cardinality(path) > 0))
  returning 1
),
corrected_stays as (
  delete from lifecycle_stagestay y
  where y.workspace_id = @workspace@ and y.record_id = any(array(select id from ready where not is_new and is_history))
  returning 1
),
entries as materialized (
  select r.id, r.pipeline_id, p.stage_id, r.moment as entered_at, p.n,
         case when p.n = 1 then r.old_stage else r.path[p.n - 1] end as from_stage_id,
         case when p.n < cardinality(r.path) then r.moment end as exited_at,
         case when p.n > a.asked then 'auto' when p.n = a.asked and r.ov is not null then 'override' else $4 end
           as cause,
         case when p.n = a.asked then coalesce(r.kr, '') else '' end as reason_key,
         case when p.n = a.asked
              then jsonb_strip_nulls(jsonb_build_object('reason', r.kr, 'note', r.nt)) || coalesce(r.ov, '{}')
              else '{}' end as told
  from ready r
  cross join lateral (
    select case when r.is_new and r.from_stage is not null then 2 when r.is_new or r.is_move then 1 else 0 end as asked
  ) a
  cross join lateral unnest(r.path) with ordinality as p(stage_id, n)
),
-- The old stay is closed before the new one opens: a record has one open stay, and the index says so at once.
stays as (
  insert into lifecycle_stagestay (workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at,
                                   entered_by_id, cause, reason_key, blueprint_version)
  select @workspace@, e.* from (
    select id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at, $3, cause, reason_key, $5 from entries
    union all
    select r.id, r.pipeline_id, p.stage_id, r.hs[p.n - 1], p.entered_at, r.ha[p.n + 1], $3, 'history', '', $5
    from ready r cross join lateral unnest(r.hs, r.ha) with ordinality as p(stage_id, entered_at, n)
    where r.is_history
  ) e
  where (select count(*) from left_stays) + (select count(*) from corrected_stays) >= 0
),
scores as (
  insert into lifecycle_scorechange (workspace_id, record_id, at, before, after, cause, reasons)
  select @workspace@, r.id, r.moment, coalesce(r.old_score, 0), r.new_score, $4, r.reasons
  from ready r where r.reasons is not null
),
touches as (
  insert into lifecycle_touchpoint (workspace_id, record_id, at, channel, source)
  select @workspace@, r.id, case when r.is_new then r.created_at else $2 end, left(r.source, 60), r.source
  from ready r where r.source <> '' and r.source is distinct from (r.old).source
),
words as materialized (
  select r.id, r.is_new, w.tokens
  from ready r
  cross join lateral (
    select array_agg(distinct left(token, 60)) as tokens from regexp_split_to_table(
      lower(concat_ws(' ', r.name, r.email, r.domain, r.account_name, r.account_domain, r.x, r.told_as, (
        select string_agg(e.value, ' ') from lifecycle_externalid e
        where e.workspace_id = @workspace@ and e.record_id = (r.old).id))),
      '[^[:alnum:]]+') as p(token) where token <> ''
  ) w
  where r.is_new or r.x is not null and not r.has_id or r.now_account_id is distinct from (r.old).account_id
    or (r.name, r.email, r.domain) is distinct from ((r.old).name, (r.old).email, (r.old).domain)
),
forgotten as (
  delete from lifecycle_searchtoken t using words w
  where t.workspace_id = @workspace@ and t.record_id = any(array(select id from words where not is_new))
    and t.record_id = w.id and t.token <> all(w.tokens)
),
remembered as (
  insert into lifecycle_searchtoken (workspace_id, token, record_id)
  select @workspace@, p.token, w.id from words w cross join lateral unnest(w.tokens) as p(token)
  on conflict do nothing
),
events as (
  insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
                             blueprint_version, request_id)
  select @workspace@, e.kind, 'record', e.id, e.id, $3, e.latest, e.facts, $5, $6 from (
    select 1 as place, r.i, 'record.created' as kind, r.id, jsonb_strip_nulls(jsonb_build_object(
             'kind', r.kind, 'number', r.told_as, 'stage', s.path, 'system', nullif(r.s, ''), 'external_id', r.x,
             'score', r.new_score, 'history', cardinality(r.hs), 'import', $7)) as facts, r.moment as latest
    from ready r join stages s on s.id = r.stage_id where r.is_new
    union all
    select 1, r.i, case when r.is_history then 'record.history_corrected' else 'record.updated' end, r.id,
           jsonb_strip_nulls(jsonb_build_object('system', nullif(r.s, ''), 'external_id', r.x, 'import', $7))
           || jsonb_build_object('changed', c.changed), r.moment
    from ready r
    cross join lateral (
      select coalesce(jsonb_object_agg(
               key, jsonb_build_array(nullif(w.before -> key, 'null'), nullif(w.after -> key, 'null'))), '{}')
               as changed
      from (select @told_old@ as before, @told_new@ as after) w
      cross join lateral jsonb_object_keys(w.before || w.after) as p(key)
      where w.before -> key is distinct from w.after -> key
    ) c
    where not r.is_new and r.y is null and (c.changed <> '{}' or r.owner_id is not distinct from (r.old).owner_id)
    union all
    select 1, r.i, 'record.owner_changed', r.id, jsonb_build_object(
             'from', (r.old).owner_id, 'from_name', (
               select m.name from workspaces_member m where m.workspace_id = @workspace@ and m.id = (r.old).owner_id),
             'to', r.owner_id, 'owner', (
               select m.name from workspaces_member m where m.workspace_id = @workspace@ and m.id = r.owner_id)),
           r.moment
    from ready r where not r.is_new and r.owner_id is distinct from (r.old).owner_id
    union all
    select 1, r.i, 'score.changed', r.id, jsonb_build_object('before', r.old_score, 'after', r.new_score, 'cause', $4),
           r.moment
    from ready r where r.y and r.reasons is not null
    union all
    select 2 + e.n, 0, 'record.entered_stage', e.id,
           jsonb_build_object('from', f.path, 'to', s.path, 'cause', e.cause) || e.told, e.entered_at
    from entries e join stages s on s.id = e.stage_id left join stages f on f.id = e.from_stage_id
    union all
    select 99, z.i, 'record.write_refused', z.id, jsonb_build_object('properties', to_jsonb(z.held), 'system', z.s),
           z.moment
    from settled z where z.held is not null and z.verdict in ('created', 'updated', 'unchanged')
  ) e order by e.place, e.i
),
-- From here on the planner may think for itself again.
calm as materialized (
  select set_config('enable_seqscan', 'on', true), set_config('plan_cache_mode', 'auto', true)
)
select z.i, z.verdict, z.id, z.told_as as number, z.held, z.email_of, z.origin_id,
       case when cardinality(z.path) > 0 then z.stage_id end as entered,
       case when z.is_history then z.old_moments end as old_moments,
       z.old_stage, z.target, z.stage_id, case when z.verdict = 'gate_closed' then @facts@ end as facts
from done z cross join calm
"""
