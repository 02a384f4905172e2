"""The six steps of a workspace: align, define, enforce, instrument, govern, improve. Each is judged by evidence."""

from __future__ import annotations

from dataclasses import dataclass

from blueprint.documents import blueprint_of
from blueprint.schema import MetricTerms, SeamTerms
from core.people.functions import Function
from core.people.models import Member, Workspace
from core.people.permissions import may, permit
from core.sql import load

SIX_STEPS = load("governance", "six_steps")
SIDES = (Function.MARKETING, Function.SALES, Function.CUSTOMER_SUCCESS)
PEOPLE = 2  # one person agrees with nobody


@dataclass(frozen=True, kw_only=True)
class SetupStep:
    """One step. `missing` says in words what is not there yet; a step with nothing missing is done.

    `page` is the name of the page where it is done, `button` what that page's link is called."""

    key: str
    label: str
    meaning: str
    missing: tuple[str, ...]
    button: str
    page: str

    @property
    def is_done(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Steps:
    """All six, in their order."""

    steps: tuple[SetupStep, ...]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def left(self) -> int:
        return len(self.steps) - self.done

    @property
    def next(self) -> SetupStep | None:
        """The first that is not done."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def is_under_way(self) -> bool:
        """Whether work has begun to flow: the first three are done."""
        return all(step.is_done for step in self.steps[:3])


@dataclass(frozen=True)
class Evidence:
    """What the steps are judged by: the columns of the statement, and what the blueprint in force says."""

    people: int
    functions: int
    owners: int
    versions: int
    records: bool
    answers: bool
    readers: int
    followed_up: bool
    ownerless: int
    owners_gone: int
    without_target: tuple[str, ...]
    is_planned_by: bool
    in_setup: bool
    sides: tuple[str, ...]
    """What those of the three are called that the blueprint has."""


def six_steps(workspace: Workspace, member: Member) -> Steps:
    """Where the workspace stands. One query. Raises NotPermitted."""
    permit(member, "blueprint.read")
    found = _evidence(workspace)
    return Steps(tuple(step(found) for step in (_align, _define, _enforce, _instrument, _govern, _improve)))


def _evidence(workspace: Workspace) -> Evidence:
    blueprint = blueprint_of(workspace)
    owned: list[SeamTerms | MetricTerms] = [*blueprint.seams, *blueprint.metrics]
    owners = sorted({each.owner for each in owned if each.owner})
    sides = [each.value for each in SIDES if each in blueprint.function_labels]
    [row] = SIX_STEPS.rows(emails=owners, sides=sides)
    told = dict(zip(SIX_STEPS.columns, row, strict=True))
    return Evidence(
        **told,
        ownerless=sum(not each.owner for each in owned),
        owners_gone=len(owners) - told["owners"],
        without_target=tuple(each.label for each in blueprint.metrics if each.headline and each.target is None),
        is_planned_by=any(each.in_plan or each.in_compensation for each in blueprint.metrics),
        sides=tuple(blueprint.function_label(each) for each in sides),
        in_setup=workspace.setup_since is not None,
    )


def _where(*faults: tuple[bool, str]) -> tuple[str, ...]:
    return tuple(words for is_so, words in faults if is_so)


def _align(found: Evidence) -> SetupStep:
    is_alone = found.people < PEOPLE
    is_invitation_next = is_alone and found.functions > 0
    return SetupStep(
        key="align",
        label="Align",
        meaning="Marketing, sales and customer success are here, and every seam and number has an owner.",
        missing=_where(
            (is_alone, "only one person can sign in"),
            (
                found.functions < len(found.sides),
                f"{found.functions} of {len(found.sides)} sides have somebody in a team: "
                f"{', '.join(found.sides).lower()}",
            ),
            (found.ownerless > 0, f"seams and metrics without an owner: {found.ownerless}"),
            (found.owners_gone > 0, f"owners who are not here: {found.owners_gone}"),
        ),
        button="Invite people" if is_invitation_next else "Seat people in teams",
        page="workspaces:invite" if is_invitation_next else "workspaces:teams",
    )


def _define(found: Evidence) -> SetupStep:
    return SetupStep(
        key="define",
        label="Define",
        meaning="The blueprint says what you agreed on, not only what it came with.",
        missing=_where((found.versions < 2, "the blueprint is as it came; no change was published")),
        button="Look through the blueprint",
        page="governance:blueprint",
    )


def _enforce(found: Evidence) -> SetupStep:
    return SetupStep(
        key="enforce",
        label="Enforce",
        meaning="Records come in through the gates, and handoffs are answered.",
        missing=_where(
            (not found.records, "there are no records"),
            (not found.answers, "no handoff was accepted or rejected"),
        ),
        button="Answer a handoff" if found.records else "Bring in a file",
        page="handoffs:handoffs" if found.records else "imports:imports",
    )


def _instrument(found: Evidence) -> SetupStep:
    is_target_next = found.readers > 0 and bool(found.without_target or not found.is_planned_by)
    return SetupStep(
        key="instrument",
        label="Instrument",
        meaning="Headline numbers have targets, plan or pay go by one, and more than one person looks at them.",
        missing=_where(
            (bool(found.without_target), f"no target: {', '.join(found.without_target)}"),
            (not found.is_planned_by, "no metric is in the plan or in compensation"),
            (not found.records, "there is nothing to count"),
            (found.readers < PEOPLE, f"people who have opened the scorecard: {found.readers}"),
        ),
        button="Set targets" if is_target_next else "Open the scorecard",
        page="governance:blueprint" if is_target_next else "scorecard:scorecard",
    )


def _govern(found: Evidence) -> SetupStep:
    button, page = "Look at the changes", "governance:changes"
    if found.in_setup:
        is_alone = found.people < PEOPLE
        button = "Invite an approver" if is_alone else "End setup mode"
        page = "workspaces:invite" if is_alone else "governance:setup"
    return SetupStep(
        key="govern",
        label="Govern",
        meaning="Nobody publishes a change alone.",
        missing=_where((found.in_setup, "in setup mode, one person publishes alone")),
        button=button,
        page=page,
    )


def _improve(found: Evidence) -> SetupStep:
    return SetupStep(
        key="improve",
        label="Improve",
        meaning="What was late or out of band was followed up.",
        missing=_where((not found.followed_up, "no task was closed; a missed deadline makes one")),
        button="Open the tasks",
        page="handoffs:tasks",
    )


def page_to_open(*, workspace: Workspace, member: Member) -> str | None:
    """Where an admin's day starts in a workspace that has not begun to work: on its steps. None: wherever usual."""
    if workspace.setup_since is None or not may(member, "workspace.manage"):
        return None
    return None if six_steps(workspace, member).is_under_way else "governance:steps"


def badge(workspace: Workspace, member: Member) -> int:
    """How many steps are left, beside the page in the navigation. No query once setup mode has ended."""
    return six_steps(workspace, member).left if workspace.setup_since else 0
