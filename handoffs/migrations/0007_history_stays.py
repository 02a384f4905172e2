"""History stays: an answer once given, a breach, a first touch, an assignment that ended, a step that was taken and a
task that is done are never changed, and none of these rows is deleted. Corrections are rows of their own."""

from django.db import migrations

from core.tenancy.triggers import AppendOnly

STAYS = """
create trigger kept before delete on handoffs_handoff for each row execute function public.refuse_change();
create trigger answered before update on handoffs_handoff for each row when (
  (old.state <> 'offered' and
    (new.state, new.answered_at, new.answered_by_id, new.reason_id, new.note, new.due_at, new.offered_at)
    is distinct from
    (old.state, old.answered_at, old.answered_by_id, old.reason_id, old.note, old.due_at, old.offered_at))
  or (old.breached_at is not null and new.breached_at is distinct from old.breached_at)
  or (old.first_touched_at is not null and new.first_touched_at is distinct from old.first_touched_at)
  or (old.result_id is not null and new.result_id is distinct from old.result_id)
  or (new.id, new.workspace_id, new.number, new.seam_id, new.record_id)
    is distinct from (old.id, old.workspace_id, old.number, old.seam_id, old.record_id)
) execute function public.refuse_change();

create trigger kept before delete on handoffs_assignment for each row execute function public.refuse_change();
create trigger ended before update on handoffs_assignment for each row when (
  old.ended_at is not null or
  (new.id, new.workspace_id, new.handoff_id, new.member_id, new.pool_id, new.at, new.cause, new.trace)
    is distinct from
  (old.id, old.workspace_id, old.handoff_id, old.member_id, old.pool_id, old.at, old.cause, old.trace)
) execute function public.refuse_change();

create trigger kept before delete on handoffs_task for each row execute function public.refuse_change();
create trigger done before update on handoffs_task for each row when (
  old.done_at is not null and new is distinct from old
) execute function public.refuse_change();
"""
FORGET = """
drop trigger kept on handoffs_handoff;
drop trigger answered on handoffs_handoff;
drop trigger kept on handoffs_assignment;
drop trigger ended on handoffs_assignment;
drop trigger kept on handoffs_task;
drop trigger done on handoffs_task;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("handoffs", "0006_assignments_are_a_chain"),
        ("governance", "0006_functions_keep_their_own_path"),
    ]

    operations = [
        migrations.RunSQL(STAYS, FORGET),
        AppendOnly("handoffs_escalation"),
    ]
