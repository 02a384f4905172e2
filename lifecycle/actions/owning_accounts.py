"""Whose a company is on a side of the house: by hand, by rule, by accepting and when somebody hands over; and which
company it belongs to. The one way to write any of it, so that each change has its row and its event."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from core.errors import BadInput
from core.history.actions import record, record_all
from core.people.known_functions import function_named, functions_of
from core.people.models import Member, Team, Workspace
from core.people.permissions import permit
from lifecycle.actions.owning import refuse_owner
from lifecycle.models import Account, AccountOwner
from lifecycle.rules.account_owners import MOST_UP, facts_of_owning, permit_side, refuse_other_side, why_said
from lifecycle.rules.owners import facts_of_change

Cause = AccountOwner.Cause


def give_account(
    account: Account,
    side: str,
    owner: Member | None,
    *,
    is_named: bool = False,
    why: str = "",
    by: Member,
    at: datetime,
) -> Account:
    """Say whose the company is on one side, or that it is nobody's there.

    Beats: permit, lock, decide, write, record. Raises NotPermitted, and BadInput for somebody who cannot own records or
    is of another side."""
    permit(by, "account.assign")
    known = functions_of(by.workspace)
    if owner or not AccountOwner.objects.filter(account=account, function=side).exists():  # it may be of a former one
        function_named(side, known, field="side")
    people, label = people_of(side, [by, owner] if owner else [by]), known.get(side, side)
    permit_side(by, side, label, is_of_side=by.pk in people)
    said = why_said(why)
    with transaction.atomic():
        present = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if owner:
            owner = Member.objects.select_for_update(no_key=True).get(pk=owner.pk)  # nobody gets one while they leave
            refuse_owner(owner)
            refuse_other_side(owner, side, label, is_of_side=owner.pk in people)
        give_sides({present.pk: owner}, side, cause=Cause.HAND, is_named=is_named, why=said, by=by, at=at)
    return account


def people_of(side: str, people: Iterable[Member]) -> set[UUID]:
    """Those of them who sit in a team of the side or lead one. One query."""
    asked = [each.pk for each in people]
    teams = Team.objects.filter(function=side).filter(Q(manager__in=asked) | Q(seats__member__in=asked))
    return {each for pair in teams.values_list("manager", "seats__member") for each in pair} & set(asked)


def give_sides(
    owners: Mapping[UUID, Member | None],
    side: str,
    *,
    cause: str,
    is_named: bool | None = None,
    why: str = "",
    by: Member | None,
    at: datetime,
) -> int:
    """Write whose these locked companies are on a side, and how many changed; one event for each. The mark of a named
    account stays as it is unless told. Four queries for any number."""
    held = AccountOwner.objects.filter(account__in=owners, function=side, until=None).select_related("member")
    open_rows = {each.account_id: each for each in held.select_for_update(no_key=True, of=("self",)).order_by("pk")}
    ended, begun, told = [], [], []
    for account_id, owner in owners.items():
        former = open_rows.get(account_id)
        mark = (former.is_named if former else False) if is_named is None else is_named and owner is not None
        if (former.member_id if former else None) == (owner.pk if owner else None) and (
            former is None or former.is_named == mark
        ):
            continue
        if former:
            ended.append(former.pk)
        if owner:
            begun.append(
                AccountOwner(
                    account_id=account_id, function=side, member=owner, is_named=mark, cause=cause, why=why,
                    given_by=by, since=max(at, former.since) if former else at,
                )
            )  # fmt: skip
        facts = facts_of_change(former.member if former else None, owner)
        facts |= facts_of_owning(side, cause, is_named=mark, why=why)
        told.append(("account.owner_changed", "account", account_id, None, facts))
    AccountOwner.objects.filter(pk__in=ended).update(until=Greatest(F("since"), Value(at)))
    AccountOwner.objects.bulk_create(begun)
    if told:
        record_all(told, at=at, actor=by)
    return len(told)


def end_known(ids: Sequence[UUID], at: datetime) -> None:
    """Files say another owner of these locked companies: whose they were before sides had owners of their own was said
    by files alone, and ends with it. The file's event tells of it. One query."""
    known = AccountOwner.objects.filter(account__in=ids, cause=Cause.KNOWN, until=None)
    known.update(until=Greatest(F("since"), Value(at)))


def hand_accounts(
    ids: Sequence[UUID], former: Member, heir: Member, *, side: str | None = None, by: Member, at: datetime
) -> dict[UUID, list[str]]:
    """Write that companies which were somebody's are a colleague's now: on one side, or on each and where of no side as
    well; one event for each. On a side that the colleague is not of they are nobody's: routing would pass them over.
    The companies are locked in the order of their ids. Company → the sides on which it changed hands, "" for no side.
    """
    locked = list(Account.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    own = AccountOwner.objects.filter(account__in=ids, member=former, until=None)
    given: dict[UUID, list[str]] = {}
    for each_side in [side] if side else sorted({*own.values_list("function", flat=True)}):
        of_side = heir if heir.pk in people_of(each_side, [heir]) else None
        owners = dict.fromkeys(own.filter(function=each_side).values_list("account_id", flat=True), of_side)
        give_sides(owners, each_side, cause=Cause.HANDED_OVER, by=by, at=at)
        for account_id in owners:
            given.setdefault(account_id, []).append(each_side)
    general = [each for each in locked if each.owner_id == former.pk and side is None]
    for account in general:
        given.setdefault(account.pk, []).append("")
    Account.objects.filter(pk__in=[each.pk for each in general]).update(owner=heir, updated_at=at)
    facts = facts_of_change(former, heir)
    record_all(
        [("account.owner_changed", "account", each.pk, None, facts | {"number": each.number}) for each in general],
        at=at,
        actor=by,
    )
    return given


def put_under(account: Account, parent: Account | None, *, by: Member, at: datetime) -> Account:
    """Say which company this one belongs to, or that it belongs to none. Raises NotPermitted, and BadInput where the
    line of companies would lead back to itself or grow too long."""
    permit(by, "account.assign")
    with transaction.atomic():
        # One at a time: four companies put under one another by two people at once would make a circle nobody sees.
        Workspace.objects.select_for_update(no_key=True).get(pk=account.workspace_id)
        ids = [each.pk for each in (account, parent) if each]
        locked = {each.pk: each for each in Account.objects.filter(pk__in=ids).order_by("pk").select_for_update()}
        present = locked[account.pk]
        if present.parent_id == (parent.pk if parent else None):
            return account
        if parent:
            _refuse_line(present, locked[parent.pk])
        before = Account.objects.filter(pk=present.parent_id).first() if present.parent_id else None
        present.parent, present.updated_at = parent, at
        present.save(update_fields=["parent", "updated_at"])
        facts = {"from": before.number if before else None, "to": parent.number if parent else None}
        names = {"from_name": before.name if before else None, "to_name": parent.name if parent else None}
        record("account.put_under", present, at=at, actor=by, facts=facts | names)
    return account


def _refuse_line(account: Account, parent: Account) -> None:
    above, each = [parent.pk], parent
    while each.parent_id and len(above) <= MOST_UP:
        each = Account.objects.get(pk=each.parent_id)
        above.append(each.pk)
    if account.pk in above:
        said = f"{parent.name} belongs to {account.name} itself."
        raise BadInput(said, code="in_a_circle", field="parent")
    if len(above) + _depth_below([account.pk]) > MOST_UP:
        raise BadInput(f"At most {MOST_UP} companies stand above one another.", code="too_deep", field="parent")


def _depth_below(ids: Sequence[UUID]) -> int:
    """How many levels of companies stand below these."""
    depth = 0
    while depth < MOST_UP and (ids := list(Account.objects.filter(parent__in=ids).values_list("pk", flat=True))):
        depth += 1
    return depth
