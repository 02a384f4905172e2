"""How far playbooks are: of one record, of all, and in figures for each playbook."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from blueprint.schema import Blueprint, PlaybookTerms
from core.bounds import whole
from core.errors import BadInput
from core.http.paging import PAGE, newest_page
from core.people.models import Member, TeamSeat
from handoffs.models import PlaybookRun, RunStep
from handoffs.rules.playbook_ends import is_worked
from lifecycle.models import Record

FILTERS = ("playbook", "state", "whose", "record", "late")
WHOSE = {"": "Everybody's", "mine": "Mine", "team": "My team's"}
STATES = tuple(PlaybookRun.State.values)
RELATED = ("record__stage", "record__owner", "began_by", "ended_by")
MOST_OF_RECORD = 20
LOOKED_BACK = timedelta(days=180)


@dataclass(frozen=True)
class RunProgress:
    """A run with its steps, as of a moment."""

    run: PlaybookRun
    steps: tuple[RunStep, ...]
    at: datetime

    def _count(self, *states: str) -> int:
        return sum(step.state in states for step in self.steps)

    @cached_property
    def total(self) -> int:
        """How many steps it has."""
        return len(self.steps)

    @cached_property
    def done(self) -> int:
        """Steps that are done."""
        return self._count("done")

    @cached_property
    def skipped(self) -> int:
        """Steps that were skipped or let go."""
        return self._count("skipped", "stopped")

    @property
    def decided_count(self) -> int:
        """Steps of which nothing is to come."""
        return self.total - self.still

    @cached_property
    def still(self) -> int:
        """Steps that are open or to come."""
        return self._count("open", "waiting")

    @cached_property
    def late(self) -> int:
        """Open steps whose day is over."""
        return sum(self.is_late(step) for step in self.steps)

    @cached_property
    def next_step(self) -> RunStep | None:
        """What is due first of what is open or to come."""
        undecided = [step for step in self.steps if step.state in ("open", "waiting")]
        return min(undecided, key=lambda step: (step.due_on, step.position), default=None)

    def is_late(self, step: RunStep) -> bool:
        """Whether the step is open though its day is over."""
        return step.state == "open" and step.due_at < self.at

    @property
    def lines(self) -> list[tuple[RunStep, bool]]:
        """Each step with whether it is late."""
        return [(step, self.is_late(step)) for step in self.steps]


@dataclass(frozen=True)
class PlaybookFigures:
    """How often a playbook runs: now, and what became of the runs that began in the last 180 days."""

    playbook: PlaybookTerms
    running: int
    late: int
    done: int
    stopped: int

    @property
    def done_ratio(self) -> float | None:
        """Done, of those that ended."""
        ended = self.done + self.stopped
        return self.done / ended if ended else None


def runs_of(record: Record, at: datetime) -> list[RunProgress]:
    """The playbooks of a record, running ones first, then the newest. Two queries."""
    found = PlaybookRun.objects.filter(record=record).select_related(*RELATED)
    return _with_steps(found.order_by(F("ended_at").desc(nulls_first=True), "-began_at")[:MOST_OF_RECORD], at)


def run_numbered(number: int, at: datetime) -> RunProgress:
    """One run by its number. Two queries. Raises NotFound."""
    [found] = _with_steps([PlaybookRun.objects.select_related(*RELATED).one(number=number)], at)
    return found


def startable(terms: Blueprint, record: Record, runs: Iterable[RunProgress]) -> list[PlaybookTerms]:
    """The playbooks that can be begun by hand for a record: of its pipeline, with something to do
    where it stands, and not running."""
    stage = terms.stages_by_id[record.stage_id]
    running = {each.run.playbook for each in runs if each.run.state == PlaybookRun.State.RUNNING}
    there = [each for each in terms.playbooks if each.pipeline == stage.pipeline_key and is_worked(each, stage)]
    return [each for each in there if each.key not in running]


def run_page(
    member: Member, filters: dict[str, str], at: datetime, after: str = "", size: int = PAGE
) -> tuple[list[RunProgress], str]:
    """One page of runs, newest first, and the mark of the next. `whose` and `late` are about those that are running.
    Two queries. Raises BadInput naming the filter that makes no sense."""
    found = PlaybookRun.objects.select_related(*RELATED)
    if key := filters.get("playbook"):
        found = found.filter(playbook=key)
    if state := filters.get("state"):
        if state not in STATES:
            raise BadInput(f"Choose one of: {', '.join(STATES)}.", field="state")
        found = found.filter(state=state)
    if number := filters.get("record"):
        found = found.filter(record__number=whole(number, "record"))
    if whose := filters.get("whose"):
        found = found.filter(_whose(member, whose))
    if late := filters.get("late"):
        if late != "true":
            raise BadInput("Say true, or nothing.", field="late")
        found = found.filter(_has_late_step(at))
    rows, mark = newest_page(found, "began_at", after, size)
    return _with_steps(rows, at), mark


def _whose(member: Member, whose: str) -> Q:
    if whose not in WHOSE:
        raise BadInput(f"Choose one of: {', '.join(filter(None, WHOSE))}.", field="whose")
    if whose == "mine":
        return Q(record__owner=member)
    mine = TeamSeat.objects.filter(Q(member=member) | Q(team__manager=member)).values("team_id")
    return Q(record__owner__in=TeamSeat.objects.filter(team__in=mine).values("member_id"))


def _has_late_step(at: datetime) -> Q:
    late = RunStep.objects.filter(run=OuterRef("pk"), record=OuterRef("record"), state="open", due_at__lt=at)
    return Q(Exists(late), ended_at__isnull=True)


def figures_of(terms: Blueprint, at: datetime) -> list[PlaybookFigures]:
    """Figures of each playbook in force. Three queries."""
    running, late = _by_playbook(Q(ended_at__isnull=True)), _by_playbook(_has_late_step(at))
    since = Q(began_at__gte=at - LOOKED_BACK)
    states = PlaybookRun.objects.filter(since).order_by().values_list("playbook", "state").annotate(Count("pk"))
    ended = {(key, state): count for key, state, count in states}
    return [
        PlaybookFigures(
            each,
            running[each.key],
            late[each.key],
            ended.get((each.key, "done"), 0),
            ended.get((each.key, "stopped"), 0),
        )
        for each in terms.playbooks
    ]


def _by_playbook(which: Q) -> dict[str, int]:
    rows = PlaybookRun.objects.filter(which).order_by().values_list("playbook").annotate(Count("pk"))
    return defaultdict(int, rows)


def _with_steps(runs: Any, at: datetime) -> list[RunProgress]:
    runs = list(runs)
    steps: dict[UUID, list[RunStep]] = defaultdict(list)
    found = RunStep.objects.filter(run__in=runs).select_related("task__assignee")
    for step in found.order_by("due_on", "position"):
        steps[step.run_id].append(step)
    return [RunProgress(run, tuple(steps[run.pk]), at) for run in runs]
