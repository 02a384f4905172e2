"""Which questions a proposal raises, and the answer to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any

from blueprint.paths import Document
from blueprint.schema import Blueprint, SeamTerms
from blueprint.schema.vocabularies import OpenClocks
from core.tenancy.scope import current_id
from governance.checks.metric_checks import reports_changed
from governance.impact import due_impact, ladder_impact, moved, playbook_impact
from governance.impact import gate_impact as gates
from governance.impact import record_impact as records
from governance.impact.line_replay import lines_at_offer
from governance.impact.replay import is_gate_changed
from governance.models import ChangeRequest
from handoffs.rules.open_clocks import is_timed_otherwise

Step = tuple[
    str, str
]  # what is asked, about which stage or seam; `pipeline/stage:seam` is a stage with one of its seams


@dataclass(frozen=True)
class Asking:
    """Two documents, and the stretch of time they are asked about."""

    base: Document
    proposed: Document
    at: datetime
    days: int
    change: ChangeRequest | None = None

    @property
    def since(self) -> datetime:
        """The beginning of the stretch."""
        return self.at - timedelta(days=self.days)

    @cached_property
    def before(self) -> Blueprint:
        """The version the request is based on."""
        return Blueprint.of(current_id(), self.base)

    @cached_property
    def after(self) -> Blueprint:
        """The proposed version."""
        return Blueprint.of(current_id(), self.proposed)


STEPS = attrgetter("ladder", "age_limit_days")
TIMED = attrgetter("answer_minutes", "touch_minutes", "hours", "sla")
RECEIVER = attrgetter("expression", "target", "pool", "member")
DRAWN_FROM = attrgetter("key", "function", "team", "region", "strategy")


def plan(asking: Asking) -> list[Step]:
    """What must be asked, in order: gates that records enter by themselves, the others, then all else that changed."""
    before, after = asking.before, asking.after
    paths = dict.fromkeys((*before.stages_by_path, *after.stages_by_path))
    changed = [path for path in paths if is_gate_changed(before, after, path)]
    seams = {new.key: (before.seams_by_key[new.key], new) for new in after.seams if new.key in before.seams_by_key}
    replayed = _replayed(asking, seams, changed)
    steps: list[Step] = [("records", path) for path in replayed] + [("gates", path) for path in changed]
    steps += [
        ("clocks", key)
        for key, (old, new) in seams.items()
        if TIMED(old) != TIMED(new) or (new.open_clocks != OpenClocks.KEEP and is_timed_otherwise(old, new))
    ]
    steps += [("ladders", key) for key, (old, new) in seams.items() if old.ladder != new.ladder]
    stages = [(old, after.stages_by_path.get(path)) for path, old in before.stages_by_path.items()]
    steps += [
        ("ladders", new.path) for old, new in stages if new and old.ladder + new.ladder and STEPS(old) != STEPS(new)
    ]
    books = dict.fromkeys((*before.playbooks_by_key, *after.playbooks_by_key))
    steps += [
        ("playbooks", key) for key in books if before.playbooks_by_key.get(key) != after.playbooks_by_key.get(key)
    ]
    steps.append(("metrics", ""))
    if asking.change is not None and asking.change.rolls_back_id:
        steps.append(("moved", ""))
    return steps


def _replayed(asking: Asking, seams: Mapping[str, tuple[SeamTerms, SeamTerms]], changed: list[str]) -> list[str]:
    """The stages that records would enter by themselves otherwise, from where their handoffs would go elsewhere, or
    where a seam is new; one question for each seam there."""
    before, after = asking.before, asking.after
    alone = {path for version in (before, after) for path, stage in version.stages_by_path.items() if stage.auto_enter}
    entered = [path for path in changed if path in alone]
    with_seam = {new.trigger for _, new in seams.values()}
    replayed = [path for path in entered if path not in with_seam]
    # whom each pool takes, with who sits in teams, and their regions where it asks for one
    drawn = [
        {
            pool.key: (DRAWN_FROM(pool), pool.region and version.team_regions, version.team_seats)
            for pool in version.pools
        }
        for version in (before, after)
    ]
    for old, new in seams.values():
        was, is_now = (
            [(RECEIVER(rule), pools.get(rule.pool)) for rule in seam.rules]
            for seam, pools in zip((old, new), drawn, strict=True)
        )
        if new.trigger in entered or was != is_now or old.trigger != new.trigger:
            replayed.append(_named(asking, new))
    replayed += [_named(asking, seam) for seam in after.seams if seam.key not in seams]
    return list(dict.fromkeys(replayed))


def _named(asking: Asking, seam: SeamTerms) -> str:
    """The stage of a seam, with its key where another is there by either version."""
    versions = (asking.before, asking.after)
    there = {each.key for version in versions for each in version.seams_by_trigger.get(seam.trigger_stage_id, ())}
    return f"{seam.trigger}:{seam.key}" if there != {seam.key} else seam.trigger


def work_out(asking: Asking, step: Step) -> dict[str, Any]:
    """The answer to one question. A handful of queries, whatever the number of records."""
    kind, about = step
    if kind == "records":
        path, _, seam = about.partition(":")
        return records.replayed(asking.before, asking.after, path, seam, at=asking.at, since=asking.since)
    if kind == "gates":
        return gates.standing(asking.before, asking.after, about, at=asking.at)
    if kind == "clocks":
        old, new = asking.before.seams_by_key[about], asking.after.seams_by_key[about]
        lines = lines_at_offer(asking.before, asking.after, old, new, asking.since)
        return due_impact.timed(old, new, lines, at=asking.at, since=asking.since)
    if kind == "ladders":
        asked = ladder_impact.of_stage if "/" in about else ladder_impact.of_seam
        return asked(asking.before, asking.after, about, at=asking.at, since=asking.since)
    if kind == "playbooks":
        return playbook_impact.begun(asking.before, asking.after, about, at=asking.at, since=asking.since)
    if kind == "metrics":
        return _measured(asking)
    assert asking.change is not None and asking.change.rolls_back is not None, "only a rollback lists what has moved"
    return moved.since_published(asking.change.rolls_back)


def _measured(asking: Asking) -> dict[str, Any]:
    """The metrics a change touches, each in a sentence; and every target that moves. No query."""
    before = {each["key"]: each.get("target") for each in asking.base["metrics"]}
    return {
        "sentences": list(reports_changed(asking.base, asking.proposed, asking.after).values()),
        "targets": [
            {
                **{part: metric[part] for part in ("key", "label", "unit")},
                "before": before[metric["key"]],
                "after": metric.get("target"),
            }
            for metric in asking.proposed["metrics"]
            if metric["key"] in before and before[metric["key"]] != metric.get("target")
        ],
    }
