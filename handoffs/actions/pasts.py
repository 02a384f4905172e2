"""What is asked of who receives a record beside its rules: who gave it up is not asked, who has the skills is; and once
it came back too often, its seam's owner decides."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from blueprint.schema import PoolTerms, SeamTerms
from core.people.models import Member
from lifecycle.models import Record


class Past(NamedTuple):
    """Who gave a record up at a seam and is not asked for it, and how often it was returned there. `needs` are the
    skills it asks for, by pool, as the statement reads them."""

    barred: frozenset[UUID] = frozenset()
    returns: int = 0
    needs: str = "{}"

    def asked(self) -> dict[str, Any]:
        """As the offering asks; the trace keeps how often it was returned, and how many are not asked."""
        kept = {"came_back": {"returns": self.returns, "barred": len(self.barred)}}
        told = json.dumps(kept if self.barred or self.returns else {})
        return {"barred": sorted(self.barred), "came_back": told, "needs": self.needs}


NO_PAST = Past()
NOTHING_ASKED = NO_PAST.asked()


def needs_of(pools: Iterable[PoolTerms], properties: Mapping[str, Any]) -> str:
    """The skills that a record with these properties asks for, by pool: JSON."""
    said = {str(pool.id): sorted(pool.needs(properties)) for pool in pools if pool.asks}
    return json.dumps({key: skills for key, skills in sorted(said.items()) if skills})


def runs_of(
    record_ids: Sequence[UUID], pasts: Mapping[UUID, Past], pools: Sequence[PoolTerms]
) -> list[tuple[Past, list[UUID]]]:
    """The records in the order in which they are given out, cut where one asks for others than the one before: so each
    goes where it would go by itself. One query where they may differ; it holds those whose skills it reads."""
    asking = [pool for pool in pools if pool.asks]
    found = {each: pasts.get(each, NO_PAST) for each in record_ids}
    if asking or len(set(found.values())) > 1:
        is_best_first = any(pool.best_first for pool in pools)
        rows = Record.objects.filter(pk__in=record_ids)
        held = rows.select_for_update(no_key=True).order_by("pk") if asking else rows
        known = {row.pk: row for row in held.only("number", "score", "properties")}
        listed = sorted(known.values(), key=lambda row: (-row.score if is_best_first else 0, row.number))
        found = {row.pk: found[row.pk]._replace(needs=needs_of(asking, row.properties)) for row in listed}
    return [(past, list(run)) for past, run in groupby(found, key=lambda each: found[each])]


def owner_first(seam: SeamTerms, asked: Mapping[str, Any], past: Past) -> dict[str, Any]:
    """What the offering asks of the rules where a record came back so often that the seam's owner decides, also one who
    returned it: before all rules, one that names them. Nothing where it did not. One query."""
    if not (seam.most_returns and seam.owner and past.returns >= seam.most_returns):
        return {}
    times = "once" if past.returns == 1 else f"{past.returns} times"
    owners = Member.objects.filter(email=seam.owner).values_list("pk", flat=True)
    return {
        "rules": [-1, *asked["rules"]],
        "rule_labels": [f"Came back {times}: its seam's owner decides", *asked["rule_labels"]],
        "rule_targets": ["member", *asked["rule_targets"]],
        "rule_pools": [None, *asked["rule_pools"]],
        "rule_members": [seam.owner, *asked["rule_members"]],
        "barred": sorted(past.barred.difference(owners)),
    }
