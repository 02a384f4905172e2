"""The whole intake as one statement of SQL, written once per blueprint version.

Read it downwards: what came in, which records it means, how they would stand, their score, their gate, and the one
writing of everything. A row cannot be written twice in one statement, so each is decided whole before it is written.
"""

from collections.abc import Callable
from uuid import UUID

from lifecycle.blueprint import Lifecycle
from lifecycle.intake.gate_sql import auto_columns, auto_path_sql, gate_sql, stage_values
from lifecycle.intake.score_sql import rule_columns, score_columns, score_reasons

# Sent once, in this order: rows, the moment, who, cause of stays, blueprint version, request id, import (or null).
PARAMETERS = "jsonb, timestamptz, uuid, text, int, text, uuid"

# What of a record a row can change; `team_id` follows the owner, the account is matched below.
COMPARED = (
    *("name", "email", "domain", "source", "owner_id", "team_id", "amount", "currency", "mrr", "closes_on"),
    *("renews_on", "created_at", "properties"),
)
TOLD = (*(each for each in COMPARED if each not in ("properties", "team_id")), "account_id")

INCOMING = """
stages (id, pipeline_id, key, path, is_first) as (values @stages@),
incoming as materialized (
  select n.* from jsonb_to_recordset($1) as n(
    i int, ln int, rid uuid, k text, s text, x text, c jsonb, p jsonb, f jsonb, g jsonb, d text[], fb text, dd text,
    an text, ak text, ad text, dm text, em text, pl uuid, pl0 uuid, sk text, rk text, hs uuid[], ha timestamptz[],
    q uuid, dg uuid, o uuid)
),
-- Which record a row means: its own id, the other system's id, then (leads only) the e-mail address.
found as materialized (
  select n.i, coalesce(n.rid, e.record_id, m.id) as target_id, e.record_id is not null as has_id,
         case when m.id <> coalesce(n.rid, e.record_id) then m.number end as email_of,
         case when t.line <> n.ln and t.digest = n.dg then 'exact_duplicate'
              when t.line <> n.ln then 'repeated_id' end as seen
  from incoming n
  left join lifecycle_externalid e
    on e.workspace_id = @workspace@ and e.system = n.s and e.kind = n.k and e.value = n.x
  left join lifecycle_record m
    on m.workspace_id = @workspace@ and m.kind = 'lead' and m.email <> '' and m.email = n.em
  left join lifecycle_importedid t
    on t.workspace_id = @workspace@ and t.of_id = $7 and t.identity = n.q
),
-- Locked in the order of their ids: two batches with the same records wait for each other and never deadlock.
present as materialized (
  select r.* from lifecycle_record r
  where r.workspace_id = @workspace@ and r.id in (select target_id from found)
  order by r.id for update
),
"""

MERGED = """
merged as materialized (
  select n.i, n.ln, n.s, n.x, n.an, n.ak, n.ad, n.rk, n.hs, n.ha, n.q, n.dg, n.sk, n.k as kind,
         f.seen, f.has_id, f.email_of,
         f.target_id is not null and row_number() over (partition by f.target_id order by n.i) > 1 as is_again,
         coalesce(r.id, new_id()) as id, r.id is null as is_new, r.number, r.stage_id as old_stage,
         r.score as old_score, r.account_id as old_account, coalesce(r.origin_id, n.o) as origin_id,
         greatest($2, r.entered_stage_at) as moment,
         coalesce(case when n.hs is not null then n.pl end, r.pipeline_id, n.pl, n.pl0) as pipeline_id,
         target.id as target,
         case when n.sk is null then coalesce(r.stage_id, home.id) else target.id end as start,
         coalesce(present_stage.key, target.key, home.key) as stage_key,
         coalesce(nullif(n.c ->> 'name', ''), r.name, n.fb) as name,
         case when n.c ? 'email' then coalesce(n.c ->> 'email', '') else coalesce(r.email, '') end as email,
         case when n.c ? 'domain' then coalesce(n.c ->> 'domain', '')
              else coalesce(nullif(r.domain, ''), n.dd, '') end as domain,
         case when n.c ? 'source' then coalesce(n.c ->> 'source', '') else coalesce(r.source, '') end as source,
         case when n.c ? 'owner_id' then (n.c ->> 'owner_id')::uuid else r.owner_id end as owner_id,
         case when n.c ? 'owner_id' and (n.c ->> 'owner_id')::uuid is distinct from r.owner_id then
           (select seat.team_id from workspaces_teamseat seat
            where seat.workspace_id = @workspace@ and seat.member_id = (n.c ->> 'owner_id')::uuid
            order by seat.id limit 1)
           else r.team_id end as team_id,
         case when n.c ? 'amount' then (n.c ->> 'amount')::numeric(16, 2) else r.amount end as amount,
         case when n.c ? 'currency' then coalesce(n.c ->> 'currency', '') else coalesce(r.currency, '') end as currency,
         case when n.c ? 'mrr' then (n.c ->> 'mrr')::numeric(16, 2) else r.mrr end as mrr,
         case when n.c ? 'closes_on' then (n.c ->> 'closes_on')::date else r.closes_on end as closes_on,
         case when n.c ? 'renews_on' then (n.c ->> 'renews_on')::date else r.renews_on end as renews_on,
         coalesce((n.c ->> 'created_at')::timestamptz, r.created_at, n.ha[1], $2) as created_at,
         r.opened_at, coalesce(r.entered_stage_at, $2) as entered_stage_at, r.last_activity_at, r.score,
         (coalesce(n.f, '{}') || coalesce(r.properties, '{}') || coalesce(n.p, '{}')) - coalesce(n.d, '{}')
           as properties,
         case when n.f is not null or n.g is not null then (
           select array_agg(key order by key) from (
             select key from jsonb_each(n.f) where r.properties ? key and r.properties -> key <> value
             union select key from jsonb_each(n.g) where coalesce(r.properties -> key, 'null') <> value) z) end as held,
         case when n.ak is null then coalesce(r.account_id, by_domain.id) else coalesce(by_name.id, by_domain.id) end
           as account_id,
         case when n.ak is null then coalesce(own.name, by_domain.name)
              else coalesce(by_name.name, by_domain.name, n.an) end as account_name,
         case when n.ak is null then coalesce(own.domain, by_domain.domain)
              else coalesce(by_name.domain, by_domain.domain, n.ad, '') end as account_domain,
         past.stages as old_stages, past.moments as old_moments, past.is_testimony
  from incoming n
  join found f on f.i = n.i
  left join present r on r.id = f.target_id
  left join stages present_stage on present_stage.id = r.stage_id
  left join stages home on home.is_first and home.pipeline_id = coalesce(r.pipeline_id, n.pl, n.pl0)
  left join stages target on target.key = n.sk and target.pipeline_id = coalesce(n.pl, r.pipeline_id, n.pl0)
  left join lifecycle_account by_name on by_name.workspace_id = @workspace@ and by_name.name_key = n.ak
  left join lifecycle_account own on own.workspace_id = @workspace@ and own.id = r.account_id
  left join lateral (
    select a.id, a.name, a.domain from lifecycle_account a
    where a.workspace_id = @workspace@ and a.domain = n.dm order by a.number limit 1
  ) by_domain on n.dm is not null
  left join lateral (
    select array_agg(y.stage_id order by y.entered_at, y.exited_at, y.id) as stages,
           array_agg(y.entered_at order by y.entered_at, y.exited_at, y.id) as moments,
           bool_and(y.cause = 'history') as is_testimony
    from lifecycle_stagestay y where y.workspace_id = @workspace@ and y.record_id = r.id
  ) past on n.hs is not null and r.id is not null
),
"""

# Whether anything differs from what is stored, each score rule's answer, then the score.
SCORED = """
judged as materialized (
  select m.*,
         m.is_new or m.ak is not null and m.account_id is null or m.account_id is distinct from m.old_account
           or (@new_values@) is distinct from (@old_values@) as is_changed,
         m.hs is not null and not m.is_new
           and m.old_stages[1:cardinality(m.hs)] = m.hs and m.old_moments[1:cardinality(m.hs)] = m.ha as is_told
         @rules@
  from merged m left join present r on r.id = m.id
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
              when o.is_changed or o.is_move or o.is_history or o.x is not null and not o.has_id then 'updated'
              else 'unchanged' end as verdict
  from opened o cross join lateral (@path@) w
),
"""

NUMBERED = """
wanted_accounts as materialized (
  select distinct on (ak) ak, an, ad from settled
  where verdict in ('created', 'updated') and ak is not null and account_id is null order by ak, i
),
account_numbers as (
  insert into workspaces_counter (workspace_id, noun, value)
  select @workspace@, 'account', count(*) from wanted_accounts having count(*) > 0
  on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
  returning value
),
made_accounts as (
  insert into lifecycle_account (workspace_id, number, name, name_key, domain, created_at, updated_at)
  select @workspace@, (select value from account_numbers) + 1 - row_number() over (order by w.ak desc),
         w.an, w.ak, coalesce(w.ad, ''), $2, $2 from wanted_accounts w
  on conflict (workspace_id, name_key) do update set name_key = excluded.name_key
  returning id, name_key
),
record_numbers as (
  insert into workspaces_counter (workspace_id, noun, value)
  select @workspace@, 'record', count(*) from settled where verdict = 'created' having count(*) > 0
  on conflict (workspace_id, noun) do update set value = workspaces_counter.value + excluded.value
  returning value
),
ready as materialized (
  select z.i, z.s, z.x, z.has_id, z.q, z.dg, z.hs, z.ha, z.id, z.kind, z.verdict, z.is_new, z.is_move, z.is_changed,
         z.is_history, z.name, z.email, z.domain, z.source, z.owner_id, z.team_id, z.amount, z.currency, z.mrr,
         z.closes_on, z.renews_on, z.created_at, z.properties, z.account_name, z.account_domain, z.old_stage,
         z.old_score, z.new_score, z.moment, z.path, z.stage_id, z.pipeline_id, z.origin_id,
         case when z.new_score <> coalesce(z.old_score, 0) then @reasons@ end as reasons,
         coalesce(z.account_id, a.id) as account_id,
         coalesce(z.number, n.value + 1 - row_number() over (partition by z.is_new order by z.i desc)) as number,
         case when z.is_history then z.ha[1] else coalesce(z.opened_at, z.moment) end as opened_at,
         case when z.is_history then z.ha[cardinality(z.ha)] when cardinality(z.path) > 0 then z.moment
              else z.entered_stage_at end as entered_stage_at
  from settled z
  left join made_accounts a on a.name_key = z.ak
  left join record_numbers n on true
  where z.verdict in ('created', 'updated')
),
"""

WRITTEN = """
made as (
  insert into lifecycle_record (
    id, workspace_id, number, kind, name, email, domain, source, account_id, owner_id, team_id, pipeline_id, stage_id,
    opened_at, entered_stage_at, score, amount, currency, mrr, closes_on, renews_on, properties, created_at, updated_at,
    origin_id)
  select r.id, @workspace@, r.number, r.kind, r.name, r.email, r.domain, r.source, r.account_id, r.owner_id, r.team_id,
         r.pipeline_id, r.stage_id, r.opened_at, r.entered_stage_at, r.new_score, r.amount, r.currency, r.mrr,
         r.closes_on, r.renews_on, r.properties, r.created_at, $2,
         r.origin_id
  from ready r where r.is_new
),
changed as (
  update lifecycle_record t set
    name = r.name, email = r.email, domain = r.domain, source = r.source, account_id = r.account_id,
    owner_id = r.owner_id, team_id = r.team_id, pipeline_id = r.pipeline_id, stage_id = r.stage_id,
    opened_at = r.opened_at, entered_stage_at = r.entered_stage_at, score = r.new_score, amount = r.amount,
    currency = r.currency, mrr = r.mrr, closes_on = r.closes_on, renews_on = r.renews_on, properties = r.properties,
    created_at = r.created_at, updated_at = $2
  from ready r where t.workspace_id = @workspace@ and t.id = r.id and not r.is_new
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
  update lifecycle_stagestay y set exited_at = greatest(r.moment, y.entered_at)
  from ready r
  where y.workspace_id = @workspace@ and y.record_id = r.id and y.exited_at is null
    and not r.is_new and cardinality(r.path) > 0
  returning 1
),
corrected_stays as (
  delete from lifecycle_stagestay y using ready r
  where y.workspace_id = @workspace@ and y.record_id = r.id and not r.is_new and r.is_history
  returning 1
),
entries as materialized (
  select r.id, r.pipeline_id, p.stage_id, r.moment as entered_at, p.n, r.kind,
         case when p.n = 1 then r.old_stage else r.path[p.n - 1] end as from_stage_id,
         case when p.n < cardinality(r.path) then r.moment end as exited_at,
         case when p.n = 1 and (r.is_new or r.is_move) then $4 else 'auto' end as cause
  from ready r cross join lateral unnest(r.path) with ordinality as p(stage_id, n)
),
-- The old stay is closed before the new one opens: a record has one open stay, and the index says so at once.
stays as (
  insert into lifecycle_stagestay (workspace_id, record_id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at,
                                   entered_by_id, cause, blueprint_version)
  select @workspace@, e.* from (
    select id, pipeline_id, stage_id, from_stage_id, entered_at, exited_at, $3, cause, $5 from entries
    union all
    select r.id, r.pipeline_id, p.stage_id, r.hs[p.n - 1], p.entered_at, r.ha[p.n + 1], $3, 'history', $5
    from ready r cross join lateral unnest(r.hs, r.ha) with ordinality as p(stage_id, entered_at, n)
    where r.is_history
  ) e
  where (select count(*) from left_stays) + (select count(*) from corrected_stays) >= 0
),
scores as (
  insert into lifecycle_scorechange (workspace_id, record_id, at, before, after, cause, reasons)
  select @workspace@, r.id, $2, coalesce(r.old_score, 0), r.new_score, $4, r.reasons
  from ready r where r.new_score <> coalesce(r.old_score, 0)
),
touches as (
  insert into lifecycle_touchpoint (workspace_id, record_id, at, channel, source)
  select @workspace@, r.id, case when r.is_new then r.created_at else $2 end, left(r.source, 60), r.source
  from ready r left join present o on o.id = r.id
  where r.source <> '' and r.source is distinct from o.source
),
words as materialized (
  select r.id, r.is_new, left(w.token, 60) as token
  from ready r left join present o on o.id = r.id
  cross join lateral (
    select string_agg(e.value, ' ') as ids from lifecycle_externalid e
    where e.workspace_id = @workspace@ and e.record_id = o.id
  ) known
  cross join lateral regexp_split_to_table(
    lower(concat_ws(' ', r.name, r.email, r.domain, r.account_name, r.account_domain, r.x, known.ids, r.number)),
    '[^[:alnum:]]+') as w(token)
  where w.token <> '' and (
    r.is_new or r.x is not null and not r.has_id or r.account_id is distinct from o.account_id
    or (r.name, r.email, r.domain) is distinct from (o.name, o.email, o.domain))
),
forgotten as (
  delete from lifecycle_searchtoken t
  where t.workspace_id = @workspace@ and t.record_id in (select id from words where not is_new)
    and not exists (select from words w where w.id = t.record_id and w.token = t.token)
),
remembered as (
  insert into lifecycle_searchtoken (workspace_id, token, record_id)
  select distinct @workspace@, token, id from words
  on conflict do nothing
),
events as (
  insert into history_event (workspace_id, kind, subject_kind, subject_id, record_id, actor_id, at, facts,
                             blueprint_version, request_id)
  select @workspace@, e.kind, 'record', e.id, e.id, $3, $2, e.facts, $5, $6 from (
    select 1 as place, r.i, 'record.created' as kind, r.id, jsonb_strip_nulls(jsonb_build_object(
             'kind', r.kind, 'number', r.number, 'stage', s.path, 'system', nullif(r.s, ''), 'external_id', r.x,
             'score', r.new_score, 'history', cardinality(r.hs), 'import', $7)) as facts
    from ready r join stages s on s.id = r.stage_id where r.is_new
    union all
    select 1, r.i, case when r.is_history then 'record.history_corrected' else 'record.updated' end, r.id,
           jsonb_strip_nulls(jsonb_build_object('system', nullif(r.s, ''), 'external_id', r.x, 'import', $7))
           || jsonb_build_object('changed', coalesce((
             select jsonb_object_agg(key, jsonb_build_array(b.value, a.value))
             from jsonb_each(@told_new@) a full join jsonb_each(@told_old@) b using (key)
             where a.value is distinct from b.value), '{}'))
    from ready r join present o on o.id = r.id
    union all
    select 2 + e.n, 0, 'record.entered_stage', e.id,
           jsonb_build_object('from', f.path, 'to', s.path, 'cause', e.cause)
    from entries e join stages s on s.id = e.stage_id left join stages f on f.id = e.from_stage_id
    union all
    select 99, z.i, 'record.write_refused', z.id, jsonb_build_object('properties', to_jsonb(z.held), 'system', z.s)
    from settled z where z.held is not null and z.verdict in ('created', 'updated', 'unchanged')
  ) e order by e.place, e.i
)
select z.i, z.verdict, z.id, coalesce(r.number, z.number) as number, z.held, z.email_of, z.origin_id,
       case when cardinality(z.path) > 0 then z.stage_id end as entered,
       case when z.is_history then z.old_moments end as old_moments,
       z.old_stage, z.target, z.stage_id, case when z.verdict = 'gate_closed' then @facts@ end as facts
from settled z left join ready r on r.i = z.i
"""

FACTS = (
    *("name", "email", "domain", "source", "kind", "amount", "mrr", "currency", "closes_on", "renews_on"),
    *("created_at", "entered_stage_at", "last_activity_at", "account_name", "account_domain"),
)


def statement(workspace_id: UUID, lifecycle: Lifecycle, quote: Callable[[str, tuple[object, ...]], str]) -> str:
    """The text, with everything the version says written out in it; `quote` puts values in their places."""
    known = {
        "workspace": f"'{workspace_id}'::uuid",
        "stages": stage_values(lifecycle, quote),
        "new_values": ", ".join(f"m.{each}" for each in COMPARED),
        "old_values": ", ".join(f"r.{each}" for each in COMPARED),
        "rules": rule_columns(lifecycle, quote),
        "score": score_columns(lifecycle),
        "reasons": score_reasons(lifecycle, quote),
        "gate": gate_sql(lifecycle, quote),
        "auto": auto_columns(lifecycle, quote),
        "path": auto_path_sql(lifecycle),
        "told_new": told("r"),
        "told_old": told("o"),
        "facts": facts_object(),
    }
    text = f"with{INCOMING}{MERGED}{SCORED}{NUMBERED}{WRITTEN}"
    for key, sql in known.items():
        text = text.replace(f"@{key}@", sql)
    return text


def told(alias: str) -> str:
    """A record's values as one JSON object, for what an update tells."""
    pairs = ", ".join(f"'{each}', {alias}.{each}" for each in TOLD)
    return f"(jsonb_build_object({pairs}) || {alias}.properties)"


def facts_object() -> str:
    """What the gate looked at, for the words of a refusal."""
    pairs = ", ".join(f"'{each}', z.{each}" for each in FACTS)
    return (
        f"z.properties || jsonb_build_object({pairs}, 'score', z.new_score, 'stage', z.stage_key, "
        "'owner', z.owner_id, 'team', z.team_id)"
    )
