"""The published rows are what the approved document says, held by the database itself.

`configuration_said(workspace, document)` reads a document as the actions do that write the tables
(lifecycle/blueprint/writing.py, handoffs/blueprint/writing.py, scorecard/blueprint.py); `configuration_kept(workspace)`
reads the tables. They are compared once, when a request becomes published, and until then only that request's
transaction writes: see docs/decisions/0041. Who adds a column to a definition table adds it to both functions in a
migration of their own; a test names the columns that are missing.
"""

from django.db import migrations

LINES = r"""
-- Who an address belongs to here: the address itself, or null where nobody has it.
create function public.configuration_owner(of_workspace uuid, address text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select m.email from public.workspaces_member m
  where m.workspace_id = of_workspace and m.email = address and address <> '' limit 1
$$;
create function public.configuration_lines(lines jsonb, threshold text) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'label', replace(line ->> 'label', '{mql_threshold}', threshold),
    'expression', regexp_replace(line ->> 'expression', '\ymql_threshold\y', threshold, 'g')) order by place), '[]')
  from jsonb_array_elements(coalesce(nullif(lines, 'null'), '[]')) with ordinality l(line, place)
$$;
"""

SAID = """
create function public.configuration_said(of_workspace uuid, document jsonb)
returns table (of_table text, key text, said jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with stages as (
    select p.item ->> 'key' as pipeline, s.item as stage, s.place - 1 as place,
      p.item -> 'stages' -> s.place::int ->> 'key' as next_key
    from jsonb_array_elements(document -> 'pipelines') p(item),
      jsonb_array_elements(p.item -> 'stages') with ordinality s(item, place)
  ), seams as (
    select item as seam, place - 1 as place
    from jsonb_array_elements(document -> 'seams') with ordinality s(item, place)
  ), scoring as (
    select document -> 'scoring' as model, document -> 'scoring' ->> 'threshold' as threshold
  )
  select 'lifecycle_property', p ->> 'key', jsonb_build_object('label', p -> 'label', 'data_type', p -> 'type',
    'record_kind', coalesce(p -> 'record_kind', '""'), 'options', coalesce(p -> 'options', '[]'),
    'system_of_record', coalesce(p -> 'system', '""'),
    'source_rule', coalesce(p -> 'source_rule', '"latest_wins"'), 'reverify_days', p -> 'reverify_days')
  from jsonb_array_elements(document -> 'properties') p
  union all
  select 'lifecycle_pipeline', p ->> 'key', jsonb_build_object('label', p -> 'label',
    'record_kind', p -> 'record_kind', 'purpose', p -> 'purpose', 'position', place - 1)
  from jsonb_array_elements(document -> 'pipelines') with ordinality e(p, place)
  union all
  select 'lifecycle_stage', pipeline || '/' || (stage ->> 'key'), jsonb_build_object('label', stage -> 'label',
    'position', place, 'team_function', stage -> 'team',
    'lifecycle_stage', coalesce(stage -> 'lifecycle_stage', stage -> 'key'),
    'category', coalesce(stage -> 'category', '"open"'),
    'probability_ratio', coalesce(stage ->> 'probability', '0')::numeric(4, 3),
    'forecast_category', coalesce(stage -> 'forecast', '"omitted"'), 'age_limit_days', stage -> 'age_limit_days',
    'entry_criteria', public.configuration_lines(stage -> 'entry', threshold),
    'exit_criteria', public.configuration_lines(stage -> 'exit', threshold),
    'required_properties', coalesce(stage -> 'required', '[]'),
    'auto_enter', coalesce(stage -> 'auto_enter', 'false'))
  from stages cross join scoring
  union all
  select distinct 'lifecycle_stagemove', pipeline || '/' || (stage ->> 'key') || ' > ' || pipeline || '/' || to_key,
    '{"needs_approval": false}'::jsonb
  from stages, jsonb_array_elements_text(coalesce(stage -> 'moves_to',
    case when next_key is null then '[]' else jsonb_build_array(next_key) end)) to_key
  union all
  select 'lifecycle_scoremodel', model ->> 'key', jsonb_build_object('label', model -> 'label',
    'threshold', model -> 'threshold', 'fit_cap', model -> 'fit_cap', 'behaviour_cap', model -> 'behaviour_cap',
    'half_life_days', model -> 'half_life_days', 'bands', coalesce(model -> 'bands', '[]'))
  from scoring
  union all
  select 'lifecycle_scorerule', (model ->> 'key') || '/' || (place - 1), jsonb_build_object('label', r -> 'label',
    'group', r -> 'group', 'expression', r -> 'expression', 'points', r -> 'points')
  from scoring, jsonb_array_elements(model -> 'rules') with ordinality e(r, place)
  union all
  select 'handoffs_calendar', c ->> 'key', jsonb_build_object('label', c -> 'label', 'time_zone', c -> 'time_zone',
    'weekly', coalesce(c -> 'weekly', '{}'))
  from jsonb_array_elements(document -> 'calendars') c
  union all
  select 'handoffs_holiday', (c ->> 'key') || '/' || (h ->> 'date')::date,
    jsonb_build_object('label', coalesce(h -> 'label', '""'))
  from jsonb_array_elements(document -> 'calendars') c, jsonb_array_elements(coalesce(c -> 'holidays', '[]')) h
  union all
  select 'handoffs_pool', p ->> 'key', jsonb_build_object('label', p -> 'label', 'function', p -> 'function',
    'team_key', coalesce(p -> 'team', '""'), 'region', coalesce(p -> 'region', '""'))
  from jsonb_array_elements(document -> 'pools') p
  union all
  select 'handoffs_reasoncode', (r ->> 'purpose') || '/' || (r ->> 'key'), jsonb_build_object('label', r -> 'label',
    'disposition', coalesce(r -> 'disposition', '"none"'), 'needs_note', coalesce(r -> 'needs_note', 'false'),
    'position', place - 1)
  from jsonb_array_elements(document -> 'reason_codes') with ordinality e(r, place)
  union all
  select 'handoffs_seam', seam ->> 'key', jsonb_build_object('label', seam -> 'label', 'position', place,
    'from_function', seam -> 'from', 'to_function', seam -> 'to', '(trigger_stage)', seam -> 'trigger',
    'acceptance_criteria', public.configuration_lines(seam -> 'acceptance', ''),
    'packet', (
      select coalesce(jsonb_agg(jsonb_build_object('key', i -> 'key', 'label', i -> 'label',
        'required', coalesce(i -> 'required', 'true')) order by at), '[]')
      from jsonb_array_elements(coalesce(seam -> 'packet', '[]')) with ordinality e(i, at)),
    'on_accept', coalesce(seam -> 'on_accept', '{}'), 'answer_minutes', seam -> 'answer_minutes',
    'touch_minutes', seam -> 'touch_minutes', 'act_hours', coalesce(seam -> 'act_hours', '48'),
    '(calendar)', seam -> 'calendar', '(owner)', public.configuration_owner(of_workspace, seam ->> 'owner'))
  from seams
  union all
  select 'handoffs_ladderstep', (seam ->> 'key') || '/' || (at - 1),
    jsonb_build_object('after_minutes', l -> 'after_minutes', 'action', l -> 'action')
  from seams, jsonb_array_elements(seam -> 'ladder') with ordinality e(l, at)
  union all
  select 'handoffs_routingrule', (seam ->> 'key') || '/' || (at - 1), jsonb_build_object('label', r -> 'label',
    'expression', r -> 'expression', 'target', r -> 'target', '(pool)', nullif(r ->> 'pool', ''),
    'member_key', coalesce(r -> 'member', '""'))
  from seams, jsonb_array_elements(seam -> 'routing') with ordinality e(r, at)
  union all
  select 'scorecard_metric', m ->> 'key', jsonb_build_object('label', m -> 'label',
    'description', coalesce(m -> 'description', '""'), 'kind', m -> 'kind',
    'parameters', coalesce(m -> 'parameters', '{}'), 'filter', coalesce(m -> 'filter', '""'), 'unit', m -> 'unit',
    'direction', coalesce(m -> 'direction', '"up"'), 'target', (m ->> 'target')::numeric(16, 4),
    'segments', coalesce(m -> 'segments', '[]'), 'is_headline', coalesce(m -> 'headline', 'false'),
    'position', place - 1, '(owner)', public.configuration_owner(of_workspace, m ->> 'owner'),
    'definition_version', coalesce(m -> 'definition_version', '1'))
  from jsonb_array_elements(document -> 'metrics') with ordinality e(m, place)
$$;
"""

KEPT = """
create function public.configuration_kept(of_workspace uuid)
returns table (of_table text, key text, kept jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with stages as (
    select s.id, p.key || '/' || s.key as path from public.lifecycle_stage s
    join public.lifecycle_pipeline p on p.workspace_id = s.workspace_id and p.id = s.pipeline_id
    where s.workspace_id = of_workspace
  )
  select 'lifecycle_property', t.key::text, to_jsonb(t) from public.lifecycle_property t
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'lifecycle_pipeline', t.key, to_jsonb(t) from public.lifecycle_pipeline t
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'lifecycle_stage', s.path, to_jsonb(t) from public.lifecycle_stage t join stages s on s.id = t.id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'lifecycle_stagemove', f.path || ' > ' || s.path, to_jsonb(t) from public.lifecycle_stagemove t
  join stages f on f.id = t.from_stage_id join stages s on s.id = t.to_stage_id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'lifecycle_scoremodel', t.key, to_jsonb(t) from public.lifecycle_scoremodel t
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'lifecycle_scorerule', m.key || '/' || t.position, to_jsonb(t) from public.lifecycle_scorerule t
  join public.lifecycle_scoremodel m on m.workspace_id = t.workspace_id and m.id = t.model_id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_calendar', t.key, to_jsonb(t) from public.handoffs_calendar t
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_holiday', c.key || '/' || t.on, to_jsonb(t) from public.handoffs_holiday t
  join public.handoffs_calendar c on c.workspace_id = t.workspace_id and c.id = t.calendar_id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_pool', t.key, to_jsonb(t) from public.handoffs_pool t
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_reasoncode', t.purpose || '/' || t.key, to_jsonb(t) from public.handoffs_reasoncode t
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_seam', t.key,
    to_jsonb(t) || jsonb_build_object('(trigger_stage)', s.path, '(calendar)', c.key, '(owner)', o.email)
  from public.handoffs_seam t
  left join stages s on s.id = t.trigger_stage_id
  left join public.handoffs_calendar c on c.workspace_id = t.workspace_id and c.id = t.calendar_id
  left join public.workspaces_member o on o.workspace_id = t.workspace_id and o.id = t.owner_id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_ladderstep', s.key || '/' || t.position, to_jsonb(t) from public.handoffs_ladderstep t
  join public.handoffs_seam s on s.workspace_id = t.workspace_id and s.id = t.seam_id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_routingrule', s.key || '/' || t.position, to_jsonb(t) || jsonb_build_object('(pool)', p.key)
  from public.handoffs_routingrule t
  join public.handoffs_seam s on s.workspace_id = t.workspace_id and s.id = t.seam_id
  left join public.handoffs_pool p on p.workspace_id = t.workspace_id and p.id = t.pool_id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'scorecard_metric', t.key, to_jsonb(t) || jsonb_build_object('(owner)', o.email)
  from public.scorecard_metric t
  left join public.workspaces_member o on o.workspace_id = t.workspace_id and o.id = t.owner_id
  where t.workspace_id = of_workspace and not t.is_retired
$$;

-- The first place where tables and document differ, or null: a row too many, one too few, or another value.
create function public.configuration_difference(of_workspace uuid, document jsonb) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select concat_ws(' ', coalesce(s.of_table, k.of_table), coalesce(s.key, k.key), v.key)
  from public.configuration_said(of_workspace, document) s
  full join public.configuration_kept(of_workspace) k on k.of_table = s.of_table and k.key = s.key
  left join lateral (
    select e.key from jsonb_each(s.said) e where e.value is distinct from k.kept -> e.key order by e.key limit 1
  ) v on true
  where s.said is null or k.kept is null or v.key is not null
  order by 1 limit 1
$$;
"""

FORGET = """
drop function public.configuration_difference(uuid, jsonb);
drop function public.configuration_kept(uuid);
drop function public.configuration_said(uuid, jsonb);
drop function public.configuration_lines(jsonb, text);
drop function public.configuration_owner(uuid, text);
"""

GUARDS = """
create or replace function public.refuse_ungoverned() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  request uuid := nullif(current_setting('app.change_request', true), '')::uuid;
begin
  if tg_op = 'DELETE' then
    raise exception 'rows of % are retired by an approved change request, never deleted', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  -- Approved and not yet published, with its version written: committed, a version's request is published
  -- (version_is_published), so all this happens in the transaction that publishes it.
  if request is null or not exists (
    select from public.governance_changerequest c
    join public.blueprint_blueprintversion v
      on v.workspace_id = c.workspace_id and v.change_request_id = c.id and v.number = c.base_version + 1
    where c.id = request and c.workspace_id = new.workspace_id and c.state = 'approved'
      and (c.kind in ('founding', 'emergency') or exists (
        select from public.governance_approval a
        where a.workspace_id = c.workspace_id and a.change_id = c.id and a.verdict = 'approved'))
  ) then
    raise exception '% changes only while an approved change request is being published', tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'INSERT' and new.is_retired then
    raise exception 'a row of % is not born retired', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'UPDATE' and ((new.id, new.workspace_id) is distinct from (old.id, old.workspace_id)
      or (new.is_retired and to_jsonb(new) - 'is_retired' is distinct from to_jsonb(old) - 'is_retired')) then
    raise exception 'what a retired row of % said stays', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

-- Asked at the commit, when the tenant may be closed already: it runs as the owner, and reads one workspace.
create function public.version_is_published() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.governance_changerequest c
    join public.workspaces_workspace w on w.id = c.workspace_id
    where c.workspace_id = new.workspace_id and c.id = new.change_request_id
      and c.state = 'published' and c.published_version = new.number and w.blueprint_version >= new.number
  ) then
    raise exception 'version % is published by its change request in one transaction', new.number
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
create constraint trigger published after insert on blueprint_blueprintversion
  deferrable initially deferred for each row execute function public.version_is_published();

create function public.guard_publication() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  place text := public.configuration_difference(new.workspace_id, new.document);
begin
  if place is not null then
    raise exception 'the tables do not say what the approved document says: %', place
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guarded_publication before update of state on governance_changerequest
  for each row when (new.state = 'published' and old.state <> 'published')
  execute function public.guard_publication();
"""

# The refusals of 0005 that stand before the wall's own carry the wall's code.
WRITERS = """
create or replace function public.guard_authorship() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.governance_changerequest c
    where c.workspace_id = new.workspace_id and c.id = new.change_id and c.state = 'draft'
  ) then
    raise exception 'only a draft is written' using errcode = 'insufficient_privilege';
  end if;
  if exists (
    select from public.workspaces_member m
    where m.workspace_id = new.workspace_id and m.id = new.principal_id and m.kind = 'person'
      and m.id <> new.person_id
  ) then
    raise exception 'a person answers for themselves' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
"""

UNGUARD = """
drop trigger guarded_publication on governance_changerequest;
drop function public.guard_publication();
drop trigger published on blueprint_blueprintversion;
drop function public.version_is_published();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0006_functions_keep_their_own_path"),
        ("handoffs", "0003_held_by_reference"),
        ("lifecycle", "0006_held_by_reference"),
        ("scorecard", "0003_another_time_zone_marks_every_day"),
    ]

    operations = [
        migrations.RunSQL(LINES + SAID + KEPT, FORGET),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(WRITERS, migrations.RunSQL.noop),
    ]
