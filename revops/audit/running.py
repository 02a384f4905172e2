"""The accounting identities: sums that must agree however the product was used, killed, or attacked.

Each is asked in SQL of its own, which shares nothing with the statements that wrote the rows, over one workspace at a
time, as the role that serves. Zero broken means whole. `manage.py audit_identities` prints them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from core.history.actions import running_version
from core.people.models import Workspace
from core.sql import load, load_all
from core.tenancy.scope import workspace_scope
from revops.audit import recounting

GRACE_S = 120  # so late the clocks may be without anything being wrong
MOST_EXAMPLES = 5
LONGEST = "10min"
STEPS = ["handoff.warned", "handoff.breached", "handoff.escalated", "handoff.raised", "handoff.touch_missed"]
STEPS += ["handoff.clock_missed"]
STEPS += ["handoff.notified", "handoff.prioritised", "handoff.set_away", "handoff.property_set"]
ANSWERS = ["handoff.accepted", "handoff.rejected", "handoff.recalled"]
IDENTITIES = load_all("revops", "identities")
BROKEN = load("revops", "broken")


@dataclass(frozen=True)
class AuditFinding:
    """What came of one identity in one workspace: how often it is broken, and where for instance."""

    workspace: str
    key: str
    sentence: str
    broken: int
    examples: tuple[str, ...] = ()


def audit(workspace: Workspace, *, grace_s: int = GRACE_S, only: str = "") -> Iterator[AuditFinding]:
    """Every identity of the workspace, or only one, one after the other. Reads only, and holds nothing large."""
    values: dict[str, Any] = {"grace": grace_s, "most": MOST_EXAMPLES, "answers": ANSWERS, "steps": STEPS}
    with workspace_scope(workspace), running_version(workspace.blueprint_version):
        with connection.cursor() as cursor:
            cursor.execute("select set_config('statement_timeout', %s, true)", [LONGEST])
        for key, identity in IDENTITIES.items():
            if only in ("", key):
                [(broken, examples)] = BROKEN.fill(exceptions=identity).rows(**values)
                yield AuditFinding(workspace.slug, key, identity.sentence, broken, tuple(examples or ()))
        for key, sentence, question in recounting.QUESTIONS:
            if only in ("", key):
                found = question(workspace)
                yield AuditFinding(workspace.slug, key, sentence, len(found), tuple(found[:MOST_EXAMPLES]))
