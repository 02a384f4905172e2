"""What each statement from a file is asked with by the test of its plan, and the company that answers."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.scope import here
from handoffs.actions import scanning
from handoffs.models import Handoff, Task
from lifecycle.intake.row_json import RowJson
from lifecycle.models import ExternalId, Record, ScoreChange
from scorecard.models import Reading, ReadingSeries
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records

WHOLE = "reads whole tables, for it asks about everything"
MODEL_ROWS = "gives rows of a model"
# Beside what every statement is asked with (see `common`).
EXAMPLES: dict[str, dict[str, Any]] = {
    "core/beat": {"task": "handoffs.scan", "took_ms": 10},
    "core/count_attempt": {"counter": "counted:x:1", "seconds": 600.0},
    "core/delete_account": {"user": uuid4()},
    "core/done_well": {"kind": "handoff_step"},
    "core/failing_workspaces": {"sweep": "handoffs.scan"},
    "core/how_late": {"scan": "handoffs.scan"},
    "core/log_events": {
        "told": json.dumps([{"kind": "x", "subject_kind": "record", "subject_id": str(uuid4()), "facts": {}}])
    },
    "core/member_by_session": {"slug": "globex", "user": uuid4()},
    "core/pass_failed": {"sweep": "handoffs.scan", "trouble": "x"},
    "core/readiness": {WHOLE: True},
    "core/role_faults": {},
    "core/set_aside": {
        "kind": "handoff_step",
        "subject": uuid4(),
        "what": "Handoff 1",
        "reason": "",
        "next_try_at": None,
    },
    "core/take_numbers": {"noun": "record", "amount": 3},
    "core/workspaces_of": {"user": uuid4()},
    "core/workspaces_to_retry": {WHOLE: True},
    "core/zone_offsets": {"zones": ["Europe/Berlin"]},
    # The stand-ins of a what-if ask about every record.
    "governance/impact_on_records": {"is_gate_changed": True, "is_routed": True, WHOLE: True},
    "governance/records_by_score": {WHOLE: True},
    "governance/lines_met": {"most": 50},
    "governance/score_evidence": {"most": 50, "least": 0.01},
    "governance/score_evidence_totals": {"most": 50, "rules": "[]"},
    "governance/six_steps": {"emails": ["gia@globex.example"]},
    "governance/standing_at_gate": {WHOLE: True},
    "governance/waiting_impacts": {WHOLE: True},
    "governance/what_if_threshold": {WHOLE: True},
    "handoffs/bring_back_steps": {},
    "handoffs/came_back": {},
    "handoffs/claim_due_steps": {"handoff": None},
    "handoffs/claim_waiting": {},
    "handoffs/due_steps_of": {},
    "handoffs/due_workspaces": {WHOLE: True},
    "handoffs/heirs_of_tasks": {},
    "handoffs/held_by": {},
    "handoffs/hold_came_back": {},
    "handoffs/limbo_counts": {},
    "handoffs/limbo_items": {"ids": None, "cause": "left", "after_at": MONDAY_10, "after_id": uuid4()},
    "handoffs/lock_records": {},
    "handoffs/lock_rotation": {},
    "handoffs/lock_waiting": {},
    "handoffs/managers_of_pools": {},
    "handoffs/offer": {
        "seam_key": "marketing_to_sales",
        "function": "sales",
        "seam_owner": "otto@globex.example",
        "rules": [0, 1],
        "rule_labels": ["Large", "Everybody"],
        "rule_targets": ["member", "pool"],
        "rule_members": ["otto@globex.example", ""],
        "reaches_nobody": "{}",
        "packets": "{}",
        "senders": "{}",
        "ladder": "[]",
    },
    "handoffs/pool_states": {},
    "handoffs/reassign": {"cause": "ladder"},
    "handoffs/returned_before": {},
    "handoffs/score_rose": {},
    "handoffs/take_steps": {},
    "handoffs/team_loads": {},
    "imports/known_records": {"system": "crm", "kind": "lead", "lines": [2], "ids": ["A1"], "emails": ["a@x.example"]},
    "imports/waiting_workspaces": {WHOLE: True},
    "integrations/member_by_key": {"slug": "globex", "prefix": "abcdefgh"},
    "integrations/note_use_of_key": {"key": uuid4(), "day": MONDAY_10.date(), "address": "", "browser": ""},
    "integrations/take_idempotency_key": {"member": uuid4(), "key": "one", "hash": "", "before": MONDAY_10},
    "lifecycle/ask_again_workspaces": {WHOLE: True},
    "lifecycle/claim_ask_again": {},
    # Sequential scans are off where it runs: its plan is read by tests/lifecycle/test_intake_statement.py.
    "lifecycle/intake": {"cause": "intake", "import": None, WHOLE: True},
    "lifecycle/count_of_words": {"firsts": ["acme"], "lasts": ["acmf"], WHOLE: True},  # there are no words here
    "lifecycle/longer_than_usual": {"fewest": 20},
    "lifecycle/journey": {MODEL_ROWS: True},
    "lifecycle/record_page": {"seam": None, "after_at": MONDAY_10, "after_id": uuid4()},
    "lifecycle/records_by_number": {},
    "lifecycle/records_with_rare_word": {WHOLE: True},  # its stand-in asks for every word
    "lifecycle/records_with_words": {WHOLE: True},  # its stand-in asks for every word
    "lifecycle/lines_at_gate": {},
    "lifecycle/rescoring_workspaces": {WHOLE: True},
    "lifecycle/schedule_ask_again": {},
    "lifecycle/undo_created": {"records": [uuid4()], WHOLE: True},  # there are no words here
    "lifecycle/undo_find": {
        **{"undo": uuid4(), "import": uuid4(), "kind": "record.created", "after_id": uuid4()},
        **dict.fromkeys(("since", "after_at"), MONDAY_10),
        "until": MONDAY_10 + timedelta(hours=9),
    },
    "lifecycle/tell_holders": {"told": "[]", "import": ""},
    "lifecycle/undo_history": {
        **{"first_id": uuid4(), "last_id": uuid4()},
        **{"since": MONDAY_10, "until": MONDAY_10 + timedelta(hours=9)},
    },
    "lifecycle/undo_touched": {"import": uuid4(), "since": MONDAY_10},
    "revops/broken": {},
    "revops/readings_differ": {"series": uuid4(), WHOLE: True},
    "revops/identities/a_task_each": {WHOLE: True},
    "revops/identities/breaches_are_escalations": {WHOLE: True},
    "revops/identities/chain_of_assignments": {WHOLE: True},
    "revops/identities/chain_of_stays": {WHOLE: True},
    "revops/identities/due_steps_are_taken": {WHOLE: True},
    "revops/identities/handoffs_are_told": {WHOLE: True},
    "revops/identities/missed_touches_are_taken": {WHOLE: True},
    "revops/identities/one_open_stay": {WHOLE: True},
    "revops/identities/owners_are_told": {WHOLE: True},
    "revops/identities/published_version": {WHOLE: True},
    "revops/identities/records_are_told": {WHOLE: True},
    "revops/identities/rows_in": {WHOLE: True},
    "revops/identities/somebody_and_a_due_time": {WHOLE: True},
    "revops/identities/steps_are_told": {WHOLE: True},
    "scorecard/earlier_stock": {"series": [uuid4()]},
    "scorecard/earliest": {},
    "scorecard/folded": {WHOLE: True},
    "scorecard/forget_readings": {},
    "scorecard/happened": {},
    "scorecard/journeys_entering": {WHOLE: True},
    "scorecard/journeys_of_step": {},
    "scorecard/keep_readings": {WHOLE: True},
    "scorecard/kept_readings": {"series": [uuid4()]},
    "scorecard/kinds/acceptance": {},
    "scorecard/kinds/acted": {},
    "scorecard/kinds/aging": {},
    "scorecard/kinds/attainment": {},
    "scorecard/kinds/average_deal": {},
    "scorecard/kinds/conversion": {},
    "scorecard/kinds/cycle": {},
    "scorecard/kinds/first_touch": {},
    "scorecard/kinds/leakage": {},
    "scorecard/kinds/measure": {},
    "scorecard/kinds/measure_of_money": {},
    "scorecard/kinds/sourced": {},
    "scorecard/kinds/velocity": {},
    "scorecard/kinds/win_rate": {},
    "scorecard/kinds/win_rate_by_opening": {},
    "scorecard/late_at_seam": {},
    "scorecard/note_view": {},
    "scorecard/open_ages": {WHOLE: True},
    "scorecard/open_by_seam": {},
    "scorecard/open_rows": {WHOLE: True},
    "scorecard/purge_readings": {},
    "scorecard/reasons_of_seam": {},
    "scorecard/rows_behind_count": {WHOLE: True},
    "scorecard/rows_behind_page": {WHOLE: True},
    "scorecard/sample_rows": {WHOLE: True, "part": "missed"},
    "scorecard/seams_of_period": {},
    "scorecard/seats": {},
    "scorecard/take_marks": {},
    "scorecard/unconverted": {WHOLE: True},
    "scorecard/unfolded": {},
    "scorecard/as_known_on": {"known": MONDAY_10, "closed_stages": [uuid4()]},
    "scorecard/without_money": {WHOLE: True},
    "scorecard/workspaces_to_fold": {"release": "x", "beside": MONDAY_10, "failed": MONDAY_10, WHOLE: True},
    "scorecard/workspaces_to_mail": {"at": MONDAY_10, WHOLE: True},
}


def live(workspace: Workspace, count: int) -> None:
    """Records with handoffs, tasks, scores that changed and ids of another system; readings of one metric."""
    records = make_records(workspace, count)
    handoffs = offer_records(workspace, records)
    Task.objects.bulk_create(
        Task(number=number, kind="breach", title="Late", handoff=handoff, record_id=handoff.record_id)
        for number, handoff in enumerate(handoffs, 1_000_000)
    )
    ScoreChange.objects.bulk_create(
        ScoreChange(record=record, at=MONDAY_10, before=0, after=10, cause="intake") for record in records
    )
    metric = blueprint_of(workspace).metrics[0].id
    series = ReadingSeries.objects.create(
        **{"metric_id": metric, "definition_version": 1, "earliest": MONDAY_10.date()},
        **{"folded_until": MONDAY_10, "worked_at": MONDAY_10},
    )
    Reading.objects.bulk_create(
        Reading(series=series, day=MONDAY_10.date() - timedelta(days=place)) for place in range(count)
    )
    ExternalId.objects.bulk_create(
        ExternalId(record=record, system="crm", kind="lead", value=str(record.number)) for record in records
    )


def common(cast: Cast) -> dict[str, Any]:
    """Parameters by the names they have in every statement: rows of Globex."""
    terms = blueprint_of(cast.globex)
    handoffs = list(Handoff.objects.values_list("pk", flat=True)[:5])
    records = Record.objects.all()[:5]
    stages = [seam.trigger_stage_id for seam in terms.seams]
    pools = [pool.id for pool in terms.pools]
    at, later = MONDAY_10 + timedelta(hours=1), MONDAY_10 + timedelta(hours=9)
    return {
        "workspace": here(),
        "at": at,
        "low": MONDAY_10 - timedelta(days=30),
        "due": later,
        "touch_due": later,
        "first_step_at": later,
        "asked_again": timedelta(minutes=5),
        "most": 500,
        "handoff": handoffs[0],
        "handoffs": handoffs,
        "record": records[0].pk,
        "records": [record.pk for record in records],
        "numbers": [record.number for record in records],
        "rows": json.dumps([_row(place, record) for place, record in enumerate(records)]),
        "kinds": ["lead"],
        "stages": stages,
        "pipelines": None,
        "is_ownerless": False,
        "owner": None,
        "source": None,
        "email": None,
        "external_id": None,
        "system": None,
        "size": 50,
        "tasks": list(Task.objects.values_list("pk", flat=True)) or [uuid4()],
        "teams": [],
        "pools": pools,
        "rule_pools": [None, pools[0]],
        "queue": pools[0],
        "seam": terms.seams[0].id,
        "seams": [seam.id for seam in terms.seams],
        "triggers": stages,
        "are_closed": [False for _ in terms.seams],
        "next_pipelines": [None for _ in terms.seams],
        "open_stages": stages,
        "owned_stages": stages,
        "answering_roles": ["owner", "admin", "manager", "rep"],
        "barred": [],
        "stage": stages[0],
        "pipeline": records[0].pipeline_id,
        "since": MONDAY_10,
        "onward": stages,
        "old_seam": terms.seams[0].id,
        "old_targets": ["pool"],
        "new_targets": ["member"],
        "by": cast.otto.pk,
        "actor": cast.otto.pk,
        "round": 720_720,
        "shown": 20,
        "moves": json.dumps([{"handoff": str(handoffs[0])}]),
        "task_due": "{}",
        "repeats": "{}",
        **scanning.WORDS,
        "version": 1,
        "blueprint_version": 1,
        "request_id": "",
        "day": MONDAY_10.date(),
        "first_day": MONDAY_10.date(),
        "last_day": MONDAY_10.date(),
        "segment": "",
        "value": "",
        "series": ReadingSeries.objects.get().pk,
        "lows": ["-infinity"],
        "highs": ["infinity"],
        "limits": "{}",
        "only_late": True,
        "skipped": 0,
        "subjects": [uuid4()],
        "zone": "Asia/Kolkata",
        "member": cast.otto.pk,
        "places": [0 for _ in terms.seams],
        "entry": stages,
        "goal": stages,
        "sent_back": [uuid4()],
        "won": stages,
        "lost": stages,
        "closed": stages,
        "entering": stages,
        "by_count": False,
        "only_last": True,
        "pipeline_stages": stages,
        "own_currency": "USD",
        "reporting_currency": "EUR",
        "side": "Marketing",
        **dict.fromkeys(("marketing_sources", "partner_sources", "outbound_sources"), ["website"]),
        "act": timedelta(hours=4),
        "window_length": timedelta(days=14),
        "within_length": timedelta(days=30),
        "grace": 120,
        "answers": ["handoff.accepted"],
        "steps": ["handoff.warned"],
    }


def _row(place: int, record: Record) -> RowJson:
    """A row of intake that gives a record another name."""
    return {
        "place": place,
        "line": place,
        "kind": record.kind,
        "record_id": str(record.pk),
        "system": "",
        "core": {"name": f"Named {place}"},
        "usual_pipeline_id": str(record.pipeline_id),
    }
