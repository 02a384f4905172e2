"""Giving back what a handover gave away: all of a kind that one heir got, together.

Each is looked at: what was answered, won or given on meanwhile stays where it is, and says so."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from blueprint.schema.vocabularies import Category
from core.errors import Refusal
from core.history.actions import record_all
from core.people.models import Member
from handoffs.actions.in_bulk.acting import MOST, act_on_many
from handoffs.actions.in_bulk.bulk_rows import BulkVerb, BulkWish
from handoffs.actions.leaving.promises_along import hand_promises, pass_on_promises
from handoffs.actions.reach import everywhere
from handoffs.models import Handoff, Task
from lifecycle.actions.owning import give, refuse_owner
from lifecycle.actions.owning_accounts import give_sides, people_of
from lifecycle.models import Account, AccountOwner, Record
from lifecycle.rules.owners import facts_of_change

Moves = Sequence[dict[str, Any]]
Back = Callable[[Moves, Member, Member, Member, datetime], dict[str, str]]
BACK, MOVED_ON = "given back", "went on meanwhile"
UNDONE = "The handover was undone"


def all_back(moves: Moves, member: Member, by: Member, at: datetime) -> list[dict[str, Any]]:
    """Give back what is still with whoever got it, and what became of each, in the order of the moves."""
    heirs = Member.objects.in_bulk({UUID(each["to"]) for each in moves})
    together: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for move in moves:
        together[move["noun"], move["to"]].append(move)
    outcomes: dict[tuple[str, str], str] = {}
    for (noun, to), those in together.items():
        outcomes |= {(noun, key): said for key, said in _back(those, member, heirs[UUID(to)], by, at).items()}
    return [
        {"noun": each["noun"], "number": each["number"], "outcome": outcomes[each["noun"], each["id"]]}
        for each in moves
    ]


def _back(moves: Moves, member: Member, heir: Member, by: Member, at: datetime) -> dict[str, str]:
    """Give things of a noun back that one person got; what a rule refuses stays, and says why."""
    try:
        with transaction.atomic():
            came = BACKS[moves[0]["noun"]](moves, member, heir, by, at)
    except Refusal as refusal:
        return {each["id"]: refusal.detail for each in moves}
    return {each["id"]: came.get(each["id"], MOVED_ON) for each in moves}


def _handoffs_back(moves: Moves, member: Member, heir: Member, by: Member, at: datetime) -> dict[str, str]:
    """As a manager gives many to somebody: whose they are was asked when the handover was undone."""
    there = Handoff.objects.open().filter(pk__in=[each["id"] for each in moves], assignee=heir).order_by("pk")
    open_ones, came = list(there.values_list("number", "pk")), dict[str, str]()
    for start in range(0, len(open_ones), MOST):
        ids = {number: str(pk) for number, pk in open_ones[start : start + MOST]}
        wish = BulkWish(BulkVerb.REASSIGN, list(ids), note=UNDONE, receivers=dict.fromkeys(ids, member))
        result = act_on_many(member.workspace, wish, by=by, at=at, reach=everywhere(by))
        came |= {ids[row.number]: BACK if row.is_done else row.detail for row in result.rows}
    return came


def _records_back(moves: Moves, member: Member, heir: Member, by: Member, at: datetime) -> dict[str, str]:
    ids = [each["id"] for each in moves]
    if found := list(Record.objects.filter(pk__in=ids, owner=heir, stage__category=Category.OPEN)):
        refuse_owner(member)
        give(found, member, by=by, at=at)
        pass_on_promises([each.pk for each in found], heir, member, by=by, at=at)
    return {str(each.pk): BACK for each in found}


def _accounts_back(moves: Moves, member: Member, heir: Member, by: Member, at: datetime) -> dict[str, str]:
    """On the sides on which they changed hands; "" is of no side in particular. The companies are locked in the order
    of their ids."""
    refuse_owner(member)
    on_side: dict[str, list[str]] = defaultdict(list)
    for move in moves:
        for side in move.get("sides", ()):
            on_side[side].append(move["id"])
    locked = list(
        Account.objects.filter(pk__in=[each["id"] for each in moves]).order_by("pk").select_for_update(no_key=True)
    )
    general = {str(each.pk) for each in locked if each.owner_id == heir.pk} & set(on_side.pop("", ()))
    went = [each for each in locked if str(each.pk) in general]
    Account.objects.filter(pk__in=general).update(owner=member, updated_at=at)
    facts = facts_of_change(heir, member)
    told = [("account.owner_changed", "account", each.pk, None, facts | {"number": each.number}) for each in went]
    record_all(told, at=at, actor=by)
    back = set(general).union(*(_side_back(ids, side, member, heir, by, at) for side, ids in on_side.items()))
    return dict.fromkeys(back, BACK)


def _side_back(ids: Sequence[str], side: str, member: Member, heir: Member, by: Member, at: datetime) -> set[str]:
    """On one side, those that are with whoever got them still, or nobody's since, where the member is of the side."""
    if member.pk not in people_of(side, [member]):
        return set()
    rows = AccountOwner.objects.filter(account__in=ids, function=side)
    newest = rows.order_by("account", "-since", "-pk").distinct("account")
    theirs = [last for last in newest if last.member_id == (heir.pk if last.until is None else member.pk)]
    for is_named in (True, False):
        owners = {last.account_id: member for last in theirs if last.is_named == is_named}
        give_sides(owners, side, cause=AccountOwner.Cause.HANDED_OVER, is_named=is_named, by=by, at=at)
    return {str(last.account_id) for last in theirs}


def _tasks_back(moves: Moves, member: Member, heir: Member, by: Member, at: datetime) -> dict[str, str]:
    found = list(Task.objects.filter(pk__in=[each["id"] for each in moves], assignee=heir, done_at=None))
    Task.objects.filter(pk__in=[each.pk for each in found]).update(assignee=member)
    facts = facts_of_change(heir, member)
    told = [("task.reassigned", "task", each.pk, each.record_id, facts | {"number": each.number}) for each in found]
    record_all(told, at=at, actor=by)
    return {str(each.pk): BACK for each in found}


def _promises_back(moves: Moves, member: Member, heir: Member, by: Member, at: datetime) -> dict[str, str]:
    refuse_owner(member)
    found = hand_promises([each["id"] for each in moves], heir, member, by=by, at=at)
    return {str(each.pk): BACK for each in found}


BACKS: dict[str, Back] = {
    "handoff": _handoffs_back,
    "record": _records_back,
    "account": _accounts_back,
    "task": _tasks_back,
    "promise": _promises_back,
}
