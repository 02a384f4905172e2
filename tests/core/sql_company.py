"""The company that answers statements from files, and what each of them is asked with."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from blueprint.documents import blueprint_of
from core.people.models import Workspace
from core.tenancy.scope import here
from handoffs.actions import scanning
from handoffs.models import Clock, Escalation, Handoff, Task
from lifecycle.intake.row_json import RowJson
from lifecycle.models import ExternalId, Record, ScoreChange
from scorecard.models import Reading, ReadingSeries
from tests.cast import MONDAY_10, Cast
from tests.handoffs.factories import make_records, offer_records


def live(workspace: Workspace, count: int) -> None:
    """Records with handoffs, steps taken, tasks, changed scores and ids of another system; readings of one metric."""
    records = make_records(workspace, count)
    handoffs = offer_records(workspace, records)
    Task.objects.bulk_create(
        Task(number=number, kind="breach", title="Late", handoff=handoff, record_id=handoff.record_id)
        for number, handoff in enumerate(handoffs, 1_000_000)
    )
    Escalation.objects.bulk_create(
        Escalation(handoff=handoff, step=0, clock_run=1, action="warn", due_at=MONDAY_10, taken_at=MONDAY_10)
        for handoff in handoffs
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
        "clocks": list(Clock.objects.values_list("pk", flat=True)[:5]),
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
        "there_since": [None for _ in terms.seams],
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
