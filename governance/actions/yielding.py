"""Working out what each routing rule brings, in the background: once for each seam, version and day."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from blueprint.documents import blueprint_of
from core.errors import NotFound
from core.people.models import Member, Workspace
from core.people.permissions import permit
from core.tenancy.scope import current_id
from core.tenancy.zones import day_of
from core.waking import poke
from governance.impact.rule_yields import DAYS, rule_yields
from governance.models import Impact, RuleProof

YIELDS = "yields"  # the kind of what is asked
State = Impact.State


@transaction.atomic
def ask_yields(workspace: Workspace, seam_key: str, *, by: Member, at: datetime) -> RuleProof:
    """Let a worker work out what each rule of a seam brings, once a day for each version; what was worked out before is
    forgotten. What failed is asked once more. Raises NotPermitted, NotFound."""
    permit(by, "change.propose")
    seam = blueprint_of(workspace).seams_by_key.get(seam_key)
    if seam is None:
        raise NotFound()
    lines = [rule.key for rule in seam.rules]
    asked = {"kind": YIELDS, "seam": seam.key, "version": workspace.blueprint_version, "lines": lines}
    asked |= {"day": day_of(workspace, at).isoformat()}
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    former = RuleProof.objects.filter(asked__kind=YIELDS, asked__seam=seam.key)
    former.exclude(digest=digest).delete()
    former.filter(state=State.FAILED).update(state=State.WAITING, told=[], error="", asked_at=at)
    RuleProof.objects.bulk_create([RuleProof(digest=digest, asked=asked, asked_at=at)], ignore_conflicts=True)
    transaction.on_commit(lambda: poke("governance.prove_rules"), robust=True)
    return RuleProof.objects.get(digest=digest)


def work_out_yields(asked: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
    """What each rule of the seam brings, by the version that was asked about. One query."""
    blueprint = blueprint_of.at(current_id(), asked["version"])
    return rule_yields(blueprint, blueprint.seams_by_key[asked["seam"]], at - timedelta(days=DAYS))
