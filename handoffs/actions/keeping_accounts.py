"""The company becomes the receiver's on their side: by accepting, or by a routing rule that says so."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import AccountKeeping
from core.people.models import Member
from handoffs.models import Assignment, Handoff
from lifecycle.actions.owning_accounts import give_sides, people_of
from lifecycle.models import Account, AccountOwner, Record

Cause = AccountOwner.Cause


def keep_account(
    seam: SeamTerms,
    owners: Mapping[UUID, Member],
    how: str,
    *,
    cause: str,
    by: Member | None,
    at: datetime,
) -> None:
    """Give companies to whoever received, on the receiving side, where they are of it: a rule or a manager may have
    given the handoff to somebody else. An owner who is there stays where the seam says so. The companies are locked in
    the order of their ids."""
    of_side = people_of(seam.to_function, owners.values())
    ids = Account.objects.filter(pk__in=[key for key, owner in owners.items() if owner.pk in of_side]).order_by("pk")
    free = list(ids.select_for_update(no_key=True).values_list("pk", flat=True))
    if how == AccountKeeping.WHERE_NONE:
        held = AccountOwner.objects.filter(account__in=free, function=seam.to_function, until=None)
        free = [each for each in free if each not in set(held.values_list("account_id", flat=True))]
    if free:
        given = {each: owners[each] for each in free}
        give_sides(given, seam.to_function, cause=cause, why=seam.label, by=by, at=at)


def take_accounts_back(
    seam: SeamTerms, since: Mapping[UUID, datetime], *, except_for: Collection[UUID], by: Member, at: datetime
) -> None:
    """Acceptances are taken back: companies that they gave away since then are whose they were, named or not; those
    that another acceptance keeps as well, one that is not among those `except_for`, stay. The companies are locked in
    the order of their ids. Three queries, and four for each way in which they were somebody's."""
    answered = {"state": Handoff.State.ACCEPTED, "answered_at__gte": min(since.values(), default=at)}
    others = Handoff.objects.filter(seam_id=seam.id, **answered).exclude(pk__in=list(except_for))
    _take_back(seam, since, others, Cause.ACCEPTED, "Accepting was taken back", by=by, at=at)


def take_gifts_back(
    seam: SeamTerms, since: Mapping[UUID, datetime], why: str, *, except_for: Collection[UUID], by: Member, at: datetime
) -> None:
    """What a routing rule gave away since then, because of what is undone, is nobody's again; as `take_accounts_back`.
    What another handoff that was offered since would have been given for stays."""
    offered = {"offered_at__gte": min(since.values(), default=at)}
    there = Handoff.objects.filter(seam_id=seam.id, **offered).exclude(pk__in=list(except_for))
    _take_back(seam, since, there.exclude(state=Handoff.State.RECALLED), Cause.RULE, why, by=by, at=at)


def _take_back(
    seam: SeamTerms,
    since: Mapping[UUID, datetime],
    others: QuerySet[Handoff],
    taken: str,
    why: str,
    *,
    by: Member,
    at: datetime,
) -> None:
    ids = list(Account.objects.filter(pk__in=since).order_by("pk").select_for_update(no_key=True))
    if not ids:
        return
    rows = AccountOwner.objects.filter(account__in=ids, function=seam.to_function).select_related("member")
    kept = others.filter(record__account__in=ids)
    of: dict[UUID, list[AccountOwner]] = defaultdict(list)
    for each in rows.exclude(account__in=kept.values("record__account")).order_by("since"):
        of[each.account_id].append(each)
    back: dict[tuple[str, bool], dict[UUID, Member | None]] = defaultdict(dict)
    for account_id, those in of.items():
        last = those[-1]
        if last.until is None and last.cause == taken and last.since >= since[account_id]:
            former = next((each for each in reversed(those[:-1]) if each.until == last.since), None)
            way = (former.cause, former.is_named) if former else (last.cause, False)
            back[way][account_id] = former.member if former else None
    for (cause, is_named), owners in back.items():
        told: dict[str, Any] = {"cause": cause, "is_named": is_named, "why": why}
        give_sides(owners, seam.to_function, **told, by=by, at=at)


def in_waves(
    offer: Callable[[list[UUID]], list[Any]],
    seam: SeamTerms,
    record_ids: Sequence[UUID],
    *,
    is_best_first: bool,
    by: Member | None,
    at: datetime,
) -> list[Any]:
    """What `offer` gave of the records, wave by wave; after each, companies become those of who received by a rule that
    says so."""
    arrived = []
    for wave in _waves(record_ids, is_best_first=is_best_first):
        given = offer(wave)
        keep_by_rule(seam, [each.handoff_id for each in given], by=by, at=at)
        arrived += given
    return arrived


def keep_by_rule(
    seam: SeamTerms,
    handoff_ids: Iterable[UUID],
    *,
    causes: Collection[str] = ("routed",),
    by: Member | None,
    at: datetime,
) -> None:
    """Companies without an owner on the receiving side become those of who has their record's handoff by a rule that
    says so: by what `causes` the handoff was given at first."""
    positions = {rule.position for rule in seam.rules if rule.keeps_account}
    if not positions:
        return
    routed = Assignment.objects.filter(handoff__in=list(handoff_ids), cause__in=causes)
    given = routed.exclude(handoff__assignee=None).exclude(handoff__record__account=None)
    found = given.select_related("handoff__assignee", "handoff__record").order_by("-handoff__number")
    owners = {
        each.handoff.record.account_id: each.handoff.assignee
        for each in found
        if each.trace.get("matched") in positions
    }
    if owners:
        keep_account(seam, owners, AccountKeeping.WHERE_NONE, cause=Cause.RULE, by=by, at=at)  # type: ignore[arg-type]


def _waves(record_ids: Sequence[UUID], *, is_best_first: bool) -> list[list[UUID]]:
    """The records in the order in which they are offered, cut wherever one of a company follows another of it: the
    second finds the owner whom the first one made, as it would have one by one. One query."""
    rows = Record.objects.filter(pk__in=record_ids).values_list("pk", "account_id", "domain", "score", "number")
    waves: list[list[UUID]] = [[]]
    seen: set[object] = set()
    for pk, account_id, domain, *_ in sorted(rows, key=lambda row: (-row[3] if is_best_first else 0, row[4])):
        keys = {key for key in (account_id, domain) if key}
        if keys & seen:
            waves.append([])
            seen = set()
        seen |= keys
        waves[-1].append(pk)
    return waves
