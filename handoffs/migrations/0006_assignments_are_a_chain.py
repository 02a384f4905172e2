"""The assignments of a handoff are a chain that runs forwards: each begins when the former one ends.

Rows that eight at once had written with moments of before they waited are put in the order in which they were made."""

from django.db import migrations, models

# Ids are made in the order of time; the open assignment is the last. No moment is before the one it follows.
REPAIR = """
with began as (
    select id, workspace_id, handoff_id, ended_at,
        max(at) over (partition by workspace_id, handoff_id order by ended_at is null, id) as at,
        row_number() over (partition by workspace_id, handoff_id order by ended_at is null, id) as place
    from handoffs_assignment),
chain as (
    select id, at, case when ended_at is not null then coalesce(
        lead(at) over (partition by workspace_id, handoff_id order by place), greatest(ended_at, at)) end as ended_at
    from began)
update handoffs_assignment a set at = chain.at, ended_at = chain.ended_at
from chain where a.id = chain.id and (a.at, a.ended_at) is distinct from (chain.at, chain.ended_at);
update handoffs_handoff set answered_at = offered_at where answered_at < offered_at;
update handoffs_task set done_at = created_at where done_at < created_at;
set constraints all immediate;
"""

# A first assignment follows nothing, so that offering pays nothing for this.
HELD = """
create function assignment_follows() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (
    select from public.handoffs_assignment a where a.workspace_id = new.workspace_id
      and a.handoff_id = new.handoff_id and a.id <> new.id and a.ended_at = new.at
  ) or exists (
    select from public.handoffs_assignment a where a.workspace_id = new.workspace_id
      and a.handoff_id = new.handoff_id and a.id <> new.id and (a.at > new.at or a.ended_at > new.at)
  ) then
    raise exception 'an assignment begins when the former one ends' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger chain after insert on handoffs_assignment for each row
  when (new.cause not in ('routed', 'fallback', 'queue')) execute function assignment_follows();
"""

LEFT = "drop trigger chain on handoffs_assignment; drop function assignment_follows();"


class Migration(migrations.Migration):
    dependencies = [("handoffs", "0005_handoff_stopped")]

    operations = [
        migrations.RunSQL(REPAIR, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at__isnull", True), ("ended_at__gte", models.F("at")), _connector="OR"),
                name="assignment_forwards",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True), ("answered_at__gte", models.F("offered_at")), _connector="OR"
                ),
                name="answered_after_offered",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at__isnull", True), ("done_at__gte", models.F("created_at")), _connector="OR"
                ),
                name="task_done_after_made",
            ),
        ),
        migrations.RunSQL(HELD, LEFT),
    ]
