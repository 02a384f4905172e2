"""The first half of the intake statement: which records the rows mean, how they would stand, their score and gate."""

INCOMING = """
stages (id, pipeline_id, key, path, is_first, is_entry) as (values @stages@),
incoming as materialized (
  select n.* from jsonb_to_recordset($1) as n(
    i int, ln int, rid uuid, k text, s text, x text, c jsonb, p jsonb, f jsonb, g jsonb, d text[], fb text, dd text,
    an text, ak text, ad text, dm text, em text, pl uuid, pl0 uuid, sk text, rk text, hs uuid[], ha timestamptz[],
    q uuid, dg uuid, o uuid, y boolean, mk boolean, kr text, nt text, ov jsonb,
    w boolean, gi uuid)
),
-- Which record a row means: its own id, the other system's id, then (leads only) the e-mail address.
found as materialized (
  select n.*, coalesce(n.rid, e.record_id, m.id) as target_id, e.record_id is not null as has_id,
         case when m.id <> coalesce(n.rid, e.record_id) then m.number end as email_of,
         case when t.line <> n.ln and t.digest = n.dg then 'exact_duplicate'
              when t.line <> n.ln then 'repeated_id' end as seen,
         row_number() over (partition by coalesce(n.rid, e.record_id, m.id) order by n.i) as nth
  from incoming n
  left join lateral (
    select e.record_id from lifecycle_externalid e
    where e.workspace_id = @workspace@ and e.system = n.s and e.kind = n.k and e.value = n.x limit 1
  ) e on n.x is not null
  left join lateral (
    select m.id, m.number from lifecycle_record m
    where m.workspace_id = @workspace@ and m.kind = 'lead' and m.email <> '' and m.email = n.em limit 1
  ) m on n.em is not null
  left join lateral (
    select t.line, t.digest from lifecycle_importedid t
    where t.workspace_id = @workspace@ and t.of_id = $7 and t.identity = n.q limit 1
  ) t on n.q is not null
),
"""

# Locked in the order of their ids: two batches with the same records wait for each other and never deadlock.
MERGED = """
held as materialized (
  select n.*, z.old, new_id() as fresh_id, new_id() as fresh_account_id
  from (select * from found order by target_id, i) n
  left join lateral (
    select r as old from lifecycle_record r
    where r.workspace_id = @workspace@ and r.id = n.target_id for update
  ) z on n.target_id is not null
),
merged as materialized (
  select n.i, n.ln, n.s, n.x, n.an, n.ak, n.ad, n.rk, n.hs, n.ha, n.q, n.dg, n.sk, n.k as kind, n.y,
         n.kr, n.nt, n.ov, n.gi, n.w,
         n.seen, n.has_id, n.email_of, n.target_id is not null and n.nth > 1 as is_again, n.old,
         coalesce((n.old).id, n.fresh_id) as id, (n.old).id is null as is_new, (n.old).number as number,
         (n.old).stage_id as old_stage, (n.old).score as old_score, coalesce((n.old).origin_id, n.o) as origin_id,
         greatest($2, (n.old).entered_stage_at, (n.old).updated_at) as moment,
         coalesce(case when n.hs is not null then n.pl end, (n.old).pipeline_id, n.pl, n.pl0) as pipeline_id,
         coalesce(target.id, case when n.sk is null and n.hs is null and (n.old).id is null then home.id end) as target,
         coalesce((n.old).stage_id, case when n.mk is null and not target.is_entry then home.id end) as from_stage,
         (n.sk is not null or n.hs is not null) and n.pl <> (n.old).pipeline_id as is_elsewhere,
         case when n.sk is null then coalesce((n.old).stage_id, home.id) else target.id end as start,
         coalesce(stood.key, case when n.mk or target.is_entry then target.key end, home.key) as stage_key,
         coalesce(nullif(n.c ->> 'name', ''), (n.old).name, n.fb) as name,
         case when n.c ? 'email' then coalesce(n.c ->> 'email', '') else coalesce((n.old).email, '') end as email,
         case when n.c ? 'domain' then coalesce(n.c ->> 'domain', '')
              else coalesce(nullif((n.old).domain, ''), n.dd, '') end as domain,
         case when n.c ? 'source' then coalesce(n.c ->> 'source', '') else coalesce((n.old).source, '') end as source,
         case when n.c ? 'owner_id' then (n.c ->> 'owner_id')::uuid else (n.old).owner_id end as owner_id,
         case when n.c ? 'owner_id' and (n.c ->> 'owner_id')::uuid is distinct from (n.old).owner_id then
           (select w.team_id from (
              select seat.id, seat.team_id from workspaces_teamseat seat
              where seat.workspace_id = @workspace@ and seat.member_id = (n.c ->> 'owner_id')::uuid offset 0
            ) w order by w.id limit 1)
           else (n.old).team_id end as team_id,
         case when n.c ? 'amount' then (n.c ->> 'amount')::numeric(16, 2) else (n.old).amount end as amount,
         case when n.c ? 'currency' then coalesce(n.c ->> 'currency', '') else coalesce((n.old).currency, '') end
           as currency,
         case when n.c ? 'mrr' then (n.c ->> 'mrr')::numeric(16, 2) else (n.old).mrr end as mrr,
         case when n.c ? 'closes_on' then (n.c ->> 'closes_on')::date else (n.old).closes_on end as closes_on,
         case when n.c ? 'renews_on' then (n.c ->> 'renews_on')::date else (n.old).renews_on end as renews_on,
         coalesce((n.c ->> 'created_at')::timestamptz, (n.old).created_at, (n.c ->> 'born_at')::timestamptz, n.ha[1],
                  $2) as created_at,
         (n.old).opened_at as opened_at, coalesce((n.old).entered_stage_at, $2) as entered_stage_at,
         (n.old).last_activity_at as last_activity_at, (n.old).score as score,
         (coalesce(n.f, '{}') || coalesce((n.old).properties, '{}') || coalesce(n.p, '{}')) - coalesce(n.d, '{}')
           as properties,
         case when n.f is not null or n.g is not null then (
           select array_agg(key order by key) from (
             select key from jsonb_each(n.f) where (n.old).properties ? key and (n.old).properties -> key <> value
             union select key from jsonb_each(n.g) where coalesce((n.old).properties -> key, 'null') <> value) w) end
           as held,
         case when n.ak is null then coalesce((n.old).account_id, by_domain.id)
              else coalesce(by_name.id, by_domain.id) end as account_id,
         case when n.ak is not null and by_name.id is null and by_domain.id is null then
           first_value(n.fresh_account_id) over (partition by n.ak order by n.i) end as made_account_id,
         case when n.ak is null then coalesce(own.name, by_domain.name)
              else coalesce(by_name.name, by_domain.name, n.an) end as account_name,
         case when n.ak is null then coalesce(own.domain, by_domain.domain)
              else coalesce(by_name.domain, by_domain.domain, n.ad, '') end as account_domain,
         past.stages as old_stages, past.moments as old_moments, past.is_testimony
  from held n
  left join stages stood on stood.id = (n.old).stage_id
  left join stages home on home.is_first and home.pipeline_id = coalesce((n.old).pipeline_id, n.pl, n.pl0)
  left join stages target on target.key = n.sk and target.pipeline_id = coalesce(n.pl, (n.old).pipeline_id, n.pl0)
  left join lateral (
    select a.id, a.name, a.domain from lifecycle_account a
    where a.workspace_id = @workspace@ and a.name_key = n.ak limit 1
  ) by_name on n.ak is not null
  left join lateral (
    select a.name, a.domain from lifecycle_account a
    where a.workspace_id = @workspace@ and a.id = (n.old).account_id limit 1
  ) own on (n.old).account_id is not null
  left join lateral (
    select w.id, w.name, w.domain from (
      select a.id, a.number, a.name, a.domain from lifecycle_account a
      where a.workspace_id = @workspace@ and a.domain = n.dm offset 0
    ) w order by w.number limit 1
  ) by_domain on n.dm is not null
  left join lateral (
    select array_agg(w.stage_id order by w.entered_at, w.exited_at, w.id) as stages,
           array_agg(w.entered_at order by w.entered_at, w.exited_at, w.id) as moments,
           bool_and(w.cause = 'history') as is_testimony
    from (select y.* from lifecycle_stagestay y
          where y.workspace_id = @workspace@ and y.record_id = (n.old).id offset 0) w
  ) past on n.hs is not null and (n.old).id is not null
),
"""

# Whether anything differs from what is stored, each score rule's answer, then the score.
SCORED = """
judged as materialized (
  select m.*,
         m.is_new or m.made_account_id is not null or m.account_id is distinct from (m.old).account_id
           or (@new_values@) is distinct from (@old_values@) as is_changed,
         m.hs is not null and not m.is_new
           and m.old_stages[1:cardinality(m.hs)] = m.hs and m.old_moments[1:cardinality(m.hs)] = m.ha as is_told
         @rules@
  from merged m
),
scored as materialized (select j.*, @score@ from judged j),
opened as materialized (
  select s.*, s.target is not null and s.target is distinct from s.old_stage as is_move,
         s.hs is not null and not coalesce(s.is_told, false) as is_history,
         @gate@ as is_open @auto@
  from scored s
),
settled as materialized (
  select o.*, w.last as stage_id, w.path,
         case when o.is_again then 'again'
              when o.seen is not null then o.seen
              when o.email_of is not null then 'email_taken'
              when o.is_elsewhere then 'another_pipeline'
              when o.gi is not null and (o.old).owner_id is distinct from o.owner_id and (o.old).owner_id <> o.gi
                then 'not_yours'
              when o.sk is not null and o.target is null then 'unknown_stage'
              when o.w and (o.is_move or o.is_history and o.hs[cardinality(o.hs)] is distinct from o.old_stage)
                then 'handoff_open'
              when not o.is_open and o.ov is null then 'gate_closed'
              when o.is_history and not o.is_new and not o.is_testimony then 'history_conflicts'
              when o.is_new then 'created'
              when o.is_changed or o.is_move or o.is_history or o.x is not null and not o.has_id
                or o.y and (o.new_score <> coalesce(o.old_score, 0) or cardinality(w.path) > 0) then 'updated'
              else 'unchanged' end as verdict
  from opened o cross join lateral (@path@) w
),
"""
