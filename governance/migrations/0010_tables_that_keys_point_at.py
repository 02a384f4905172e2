"""Of the definitions the database keeps rows where keys point at them; only those are compared with the document.

Acceptance criteria are compared with the live threshold in them, as the blueprint reads them. See decision 0096."""

from django.db import migrations

SAID = """
create or replace function public.configuration_said(of_workspace uuid, document jsonb)
returns table (of_table text, key text, said jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with stages as (
    select p.item ->> 'key' as pipeline, s.item as stage, s.place - 1 as place
    from jsonb_array_elements(document -> 'pipelines') p(item),
      jsonb_array_elements(p.item -> 'stages') with ordinality s(item, place)
  ), seams as (
    select item as seam, place - 1 as place
    from jsonb_array_elements(document -> 'seams') with ordinality s(item, place)
  ), scoring as (
    select document -> 'scoring' ->> 'threshold' as threshold
  )
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
  select 'handoffs_calendar', c ->> 'key', jsonb_build_object('label', c -> 'label', 'time_zone', c -> 'time_zone',
    'weekly', coalesce(c -> 'weekly', '{}'))
  from jsonb_array_elements(document -> 'calendars') c
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
    'acceptance_criteria', public.configuration_lines(seam -> 'acceptance', threshold),
    'packet', (
      select coalesce(jsonb_agg(jsonb_build_object('key', i -> 'key', 'label', i -> 'label',
        'required', coalesce(i -> 'required', 'true')) order by at), '[]')
      from jsonb_array_elements(coalesce(seam -> 'packet', '[]')) with ordinality e(i, at)),
    'on_accept', coalesce(seam -> 'on_accept', '{}'), 'answer_minutes', seam -> 'answer_minutes',
    'touch_minutes', seam -> 'touch_minutes', 'act_hours', coalesce(seam -> 'act_hours', '48'),
    '(calendar)', seam -> 'calendar', '(owner)', public.configuration_owner(of_workspace, seam ->> 'owner'))
  from seams cross join scoring
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
create or replace function public.configuration_kept(of_workspace uuid)
returns table (of_table text, key text, kept jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with stages as (
    select s.id, p.key || '/' || s.key as path from public.lifecycle_stage s
    join public.lifecycle_pipeline p on p.workspace_id = s.workspace_id and p.id = s.pipeline_id
    where s.workspace_id = of_workspace
  )
  select 'lifecycle_pipeline', t.key, to_jsonb(t) from public.lifecycle_pipeline t
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'lifecycle_stage', s.path, to_jsonb(t) from public.lifecycle_stage t join stages s on s.id = t.id
  where t.workspace_id = of_workspace and not t.is_retired
  union all
  select 'handoffs_calendar', t.key, to_jsonb(t) from public.handoffs_calendar t
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
  select 'scorecard_metric', t.key, to_jsonb(t) || jsonb_build_object('(owner)', o.email)
  from public.scorecard_metric t
  left join public.workspaces_member o on o.workspace_id = t.workspace_id and o.id = t.owner_id
  where t.workspace_id = of_workspace and not t.is_retired
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0009_emergencies_are_reviewed"),
        ("handoffs", "0009_definitions_nobody_points_at"),
        ("lifecycle", "0014_definitions_nobody_points_at"),
    ]

    operations = [migrations.RunSQL(SAID + KEPT, migrations.RunSQL.noop)]
