"""The whole intake as one statement of SQL, written once per blueprint version.

Read it downwards: what came in, which records it means, how they would stand, their score, their gate, and the one
writing of everything. A row cannot be written twice in one statement, so each is decided whole before it is written.

The plan is kept, and statistics of a young table would tempt the planner to read whole tables. So every table is
looked up by key in a lateral of its own or by a list of ids, and rows carry what they need (`old` is the record as it
stood) instead of being joined with tables.
"""

from collections.abc import Callable

from lifecycle.blueprint import Lifecycle
from lifecycle.intake.gate_sql import auto_columns, auto_path_sql, gate_sql, stage_values
from lifecycle.intake.score_sql import rule_columns, score_columns, score_reasons

# Sent once, in this order: rows, the moment, who, cause of stays, blueprint version, request id, import (or null),
# workspace. The planner does not see the last one's value: of a workspace younger than the tables' statistics it would
# believe that it has no rows, and take any index that begins with the workspace for as good as the right one.
PARAMETERS = "jsonb, timestamptz, uuid, text, int, text, uuid, uuid"

# What of a record a row can change; `team_id` follows the owner, the account is matched below.
COMPARED = (
    *("name", "email", "domain", "source", "owner_id", "team_id", "amount", "currency", "mrr", "closes_on"),
    *("renews_on", "created_at", "properties"),
)
TOLD = tuple(each for each in COMPARED if each not in ("properties", "team_id"))

INCOMING = """
stages (id, pipeline_id, key, path, is_first) as (values @stages@),
incoming as materialized (
  select n.* from jsonb_to_recordset($1) as n(
    i int, ln int, rid uuid, k text, s text, x text, c jsonb, p jsonb, f jsonb, g jsonb, d text[], fb text, dd text,
    an text, ak text, ad text, dm text, em text, pl uuid, pl0 uuid, sk text, rk text, hs uuid[], ha timestamptz[],
    q uuid, dg uuid, o uuid, y boolean)
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
         n.seen, n.has_id, n.email_of, n.target_id is not null and n.nth > 1 as is_again, n.old,
         coalesce((n.old).id, n.fresh_id) as id, (n.old).id is null as is_new, (n.old).number as number,
         (n.old).stage_id as old_stage, (n.old).score as old_score, coalesce((n.old).origin_id, n.o) as origin_id,
         greatest($2, (n.old).entered_stage_at) as moment,
         coalesce(case when n.hs is not null then n.pl end, (n.old).pipeline_id, n.pl, n.pl0) as pipeline_id,
         target.id as target,
         case when n.sk is null then coalesce((n.old).stage_id, home.id) else target.id end as start,
         coalesce(stood.key, target.key, home.key) as stage_key,
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
         coalesce((n.c ->> 'created_at')::timestamptz, (n.old).created_at, n.ha[1], $2) as created_at,
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
              when o.sk is not null and o.target is null then 'unknown_stage'
              when not o.is_open then 'gate_closed'
              when o.is_history and not o.is_new and not o.is_testimony then 'history_conflicts'
              when o.is_new then 'created'
              when o.is_changed or o.is_move or o.is_history or o.x is not null and not o.has_id
                or o.y and (o.new_score <> coalesce(o.old_score, 0) or cardinality(w.path) > 0) then 'updated'
              else 'unchanged' end as verdict
  from opened o cross join lateral (@path@) w
),
"""

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
    created_at = r.created_at, updated_at = $2
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
  update lifecycle_stagestay y set exited_at = greatest($2, y.entered_at)
  where y.workspace_id = @workspace@ and y.exited_at is null
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
         case when p.n = 1 and (r.is_new or r.is_move) then $4 else 'auto' end as cause
  from ready r cross join lateral unnest(r.path) with ordinality as p(stage_id, n)
),
-- The old stay is closed before the new one opens: a record has one open stay, and the index says so at once.
stays as (
  insert into lifecycle_stagestay (workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at,
                                   entered_by_id, cause, reason_key, blueprint_version)
  select @workspace@, e.* from (
    select id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at, $3, cause, '', $5 from entries
    union all
    select r.id, r.pipeline_id, p.stage_id, r.hs[p.n - 1], p.entered_at, r.ha[p.n + 1], $3, 'history', '', $5
    from ready r cross join lateral unnest(r.hs, r.ha) with ordinality as p(stage_id, entered_at, n)
    where r.is_history
  ) e
  where (select count(*) from left_stays) + (select count(*) from corrected_stays) >= 0
),
scores as (
  insert into lifecycle_scorechange (workspace_id, record_id, at, before, after, cause, reasons)
  select @workspace@, r.id, $2, coalesce(r.old_score, 0), r.new_score, $4, r.reasons
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
  select @workspace@, e.kind, 'record', e.id, e.id, $3, $2, e.facts, $5, $6 from (
    select 1 as place, r.i, 'record.created' as kind, r.id, jsonb_strip_nulls(jsonb_build_object(
             'kind', r.kind, 'number', r.told_as, 'stage', s.path, 'system', nullif(r.s, ''), 'external_id', r.x,
             'score', r.new_score, 'history', cardinality(r.hs), 'import', $7)) as facts
    from ready r join stages s on s.id = r.stage_id where r.is_new
    union all
    select 1, r.i, case when r.is_history then 'record.history_corrected' else 'record.updated' end, r.id,
           jsonb_strip_nulls(jsonb_build_object('system', nullif(r.s, ''), 'external_id', r.x, 'import', $7))
           || jsonb_build_object('changed', coalesce((
             select jsonb_object_agg(
               key, jsonb_build_array(nullif(w.before -> key, 'null'), nullif(w.after -> key, 'null')))
             from (select @told_old@ as before, @told_new@ as after) w
             cross join lateral jsonb_object_keys(w.before || w.after) as p(key)
             where w.before -> key is distinct from w.after -> key), '{}'))
    from ready r where not r.is_new and r.y is null
    union all
    select 1, r.i, 'score.changed', r.id, jsonb_build_object('before', r.old_score, 'after', r.new_score, 'cause', $4)
    from ready r where r.y and r.reasons is not null
    union all
    select 2 + e.n, 0, 'record.entered_stage', e.id,
           jsonb_build_object('from', f.path, 'to', s.path, 'cause', e.cause)
    from entries e join stages s on s.id = e.stage_id left join stages f on f.id = e.from_stage_id
    union all
    select 99, z.i, 'record.write_refused', z.id, jsonb_build_object('properties', to_jsonb(z.held), 'system', z.s)
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

FACTS = (
    *("name", "email", "domain", "source", "kind", "amount", "mrr", "currency", "closes_on", "renews_on"),
    *("created_at", "entered_stage_at", "last_activity_at", "account_name", "account_domain"),
)


def statement(lifecycle: Lifecycle, quote: Callable[[str, tuple[object, ...]], str]) -> str:
    """The text, with everything the version says written out in it; `quote` puts values in their places."""
    known = {
        "workspace": "$8",
        "stages": stage_values(lifecycle, quote),
        "new_values": ", ".join(f"m.{each}" for each in COMPARED),
        "old_values": ", ".join(f"(m.old).{each}" for each in COMPARED),
        "rules": rule_columns(lifecycle, quote),
        "score": score_columns(lifecycle),
        "reasons": score_reasons(lifecycle, quote),
        "gate": gate_sql(lifecycle, quote),
        "auto": auto_columns(lifecycle, quote),
        "path": auto_path_sql(lifecycle),
        "told_new": told("r", "r.now_account_id"),
        "told_old": told("(r.old)", "(r.old).account_id"),
        "facts": facts_object(),
    }
    text = f"with{INCOMING}{MERGED}{SCORED}{NUMBERED}{WRITTEN}"
    for key, sql in known.items():
        text = text.replace(f"@{key}@", sql)
    return text


def told(row: str, account: str) -> str:
    """A record's values as one JSON object, for what an update tells."""
    pairs = ", ".join(f"'{each}', {row}.{each}" for each in TOLD)
    return f"jsonb_build_object('account_id', {account}, {pairs}) || {row}.properties"


def facts_object() -> str:
    """What the gate looked at, for the words of a refusal."""
    pairs = ", ".join(f"'{each}', z.{each}" for each in FACTS)
    return (
        f"z.properties || jsonb_build_object({pairs}, 'score', z.new_score, 'stage', z.stage_key, "
        "'owner', z.owner_id, 'team', z.team_id)"
    )
