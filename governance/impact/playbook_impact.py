"""Playbooks: how often each would have begun over the stretch by either version, and for whom it begins at publishing.

Criteria are judged by the records as they are now. Entering a stage counts each time; a date counts where its day fell
into the stretch; of criteria alone nobody knows since when they are met, so it counts who meets them now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from blueprint.expressions.to_sql import all_met_sql
from blueprint.schema import Blueprint, PlaybookTerms
from blueprint.schema.vocabularies import PlaybookStart
from core.businesstime.working_hours import zone_of
from core.people.models import Workspace
from core.sql import Fragment, load
from core.tenancy.scope import current_id
from handoffs.playbook_sql import ROW, TODAY, date_of, occasion_of

PLAYBOOK_BEGINS = load("governance", "playbook_begins")
MOST = 100_000  # newest first; a fraction of a millisecond for each thousand
EXAMPLES = 20


def begun(before: Blueprint, after: Blueprint, key: str, *, at: datetime, since: datetime) -> dict[str, Any]:
    """Both versions of a playbook. A query for each, and one."""
    old, new = before.playbooks_by_key.get(key), after.playbooks_by_key.get(key)
    known = new or old
    assert known is not None, f"no version knows {key}"
    zone = Workspace.objects.values_list("time_zone", flat=True).get(pk=current_id())
    sides = [
        _counted(blueprint, playbook, zone, at, since) if playbook else {"begun": 0, "at_once": 0, "considered": 0}
        for blueprint, playbook in ((before, old), (after, new))
    ]
    now_known = new is not None and (old is None or _begins_otherwise(old, new))
    return {
        "key": key,
        "label": known.label,
        "state": "changed" if old and new else "added" if new else "removed",
        "starts": known.starts.value,
        "begun": [side["begun"] for side in sides],
        "tasks": [side["begun"] * len(each.steps) if each else 0 for side, each in zip(sides, (old, new), strict=True)],
        "considered": sides[1 if new else 0]["considered"],
        "is_cut": max(side["considered"] for side in sides) >= MOST,
        "most": MOST,
        "at_once": sides[1]["at_once"] if now_known else 0,
        "examples": sides[1].get("told", []),
    }


def _begins_otherwise(old: PlaybookTerms, new: PlaybookTerms) -> bool:
    parts = {"starts", "stage", "date_field", "days", "criteria", "again_after_days"}
    return old.model_dump(include=parts) != new.model_dump(include=parts)


def _counted(blueprint: Blueprint, playbook: PlaybookTerms, zone: str, at: datetime, since: datetime) -> dict[str, Any]:
    day, last_day = Fragment(TODAY), Fragment(TODAY)
    if playbook.starts == PlaybookStart.DATE:
        counts_from = date_of(blueprint, playbook)
        day = Fragment(f"({counts_from} + {playbook.days})")
        last_day = Fragment(f"({counts_from} + {max(step.day for step in playbook.steps)})")
    stage = blueprint.stages_by_path.get(playbook.stage)
    lines = [line.expression for line in playbook.criteria]
    file = PLAYBOOK_BEGINS.fill(
        day=day,
        last_day=last_day,
        occasion=Fragment(occasion_of(blueprint, playbook)),
        met=Fragment.of("criteria", all_met_sql(lines, blueprint.catalogue, **ROW)),
    )
    [row] = file.rows(
        at=at,
        since=since,
        first_day=(since + timedelta(days=1)).astimezone(zone_of(zone)).date(),
        today=at.astimezone(zone_of(zone)).date(),
        zone=zone,
        playbook=playbook.key,
        again=playbook.again_after_days,
        starts=playbook.starts.value,
        stage=stage.id if stage else None,
        pipeline=blueprint.pipeline(playbook.pipeline).first.pipeline_id,
        most=MOST,
        examples=EXAMPLES,
    )
    return dict(zip(file.columns, row, strict=True))
