"""What the database knows that the checks need."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from blueprint.paths import Document
from blueprint.schema import PoolTerms
from core.people.models import Member, TeamSeat
from core.tenancy.ids import key_id
from core.tenancy.scope import current_id
from governance.checks import WorkspaceFacts
from governance.checks.finding import stage_paths
from handoffs.models import Handoff
from lifecycle.models import Record


def world_of(base: Document, proposed: Document) -> WorkspaceFacts:
    """The world for the checks of one proposal. Two queries, and one more for each kind of thing that would go."""
    return WorkspaceFacts(
        records_by_stage=_records_left(stage_paths(base) - stage_paths(proposed)),
        open_handoffs_by_seam=_handoffs_left(_gone(base, proposed, "seams")),
        values_by_property=_values_held(_touched_properties(base, proposed)),
        active_emails=frozenset(Member.objects.filter(is_active=True).values_list("email", flat=True)) - {""},
        seats_by_pool=seats_by_pool(proposed),
    )


@dataclass(frozen=True)
class Pools:
    """Who takes turns where, and what people are called."""

    weights: Mapping[str, Mapping[str, int]]
    """Pool key → name → weight, of active people."""
    names: Mapping[UUID, str]
    names_by_email: Mapping[str, str]


def seats_by_pool(document: Document) -> dict[str, int]:
    """How many active people take turns in each pool. One query."""
    return {key: len(weights) for key, weights in _weights(_pool_terms(document)).items()}


def turns_in_pool(document: Document, key: str) -> list[tuple[str, int]]:
    """Who takes turns in one pool, with their weight, by name. One query."""
    return sorted(_weights(_pool_terms(document)).get(key, {}).items())


def _pool_terms(document: Document) -> dict[str, PoolTerms]:
    return {each["key"]: PoolTerms.model_validate(each) for each in document["pools"]}


def pools_of(terms: Mapping[str, PoolTerms]) -> Pools:
    """The people behind pools. Two queries."""
    members = list(Member.objects.filter(is_active=True).values_list("id", "name", "email"))
    return Pools(
        _weights(terms),
        {member_id: name for member_id, name, _ in members},
        {email: name for _, name, email in members if email},
    )


def _weights(terms: Mapping[str, PoolTerms]) -> dict[str, dict[str, int]]:
    seats = list(
        TeamSeat.objects.filter(member__is_active=True).values_list(
            "member__name", "weight", "team__function", "team__key", "team__region"
        )
    )
    weights: dict[str, dict[str, int]] = {}
    for key, pool in terms.items():
        turns = weights[key] = {}
        for name, weight, function, team, region in seats:
            if function == pool.function and pool.team in ("", team) and pool.region in ("", region):
                turns[name] = max(turns.get(name, 0), weight)
    return weights


def _gone(base: Document, proposed: Document, part: str) -> set[str]:
    return {each["key"] for each in base[part]} - {each["key"] for each in proposed[part]}


def _records_left(paths: frozenset[str]) -> dict[str, int]:
    if not paths:
        return {}
    ids = {key_id(current_id(), "stage", *path.split("/")): path for path in paths}
    counted = Record.objects.filter(stage_id__in=ids).values_list("stage_id").annotate(count=Count("id"))
    return {ids[stage_id]: count for stage_id, count in counted}


def _handoffs_left(keys: set[str]) -> dict[str, int]:
    if not keys:
        return {}
    ids = {key_id(current_id(), "seam", key): key for key in keys}
    counted = Handoff.objects.open().filter(seam_id__in=ids).values_list("seam_id").annotate(count=Count("id"))
    return {ids[seam_id]: count for seam_id, count in counted}


def _touched_properties(base: Document, proposed: Document) -> list[str]:
    after = {each["key"]: each for each in proposed["properties"]}
    return [
        each["key"]
        for each in base["properties"]
        if (new := after.get(each["key"])) is None
        or new["type"] != each["type"]
        or set(each.get("options", ())) - set(new.get("options", ()))
    ]


def _values_held(keys: list[str]) -> dict[str, int]:
    if not keys:
        return {}
    held = {f"p{place}": Count("id", filter=Q(properties__has_key=key)) for place, key in enumerate(keys)}
    counted = Record.objects.aggregate(**held)
    return {key: counted[f"p{place}"] for place, key in enumerate(keys)}
