"""What pages and programs want to know about companies: whose each is, what it belongs to, what looks like it."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from blueprint.typed_values import name_key
from core.http.paging import cut
from lifecycle.models import Account, AccountOwner, Record

# What companies add to their names and others leave out; longest first, so that `ltd` is not cut from `coltd`.
FORMS: tuple[str, ...]
FORMS = ("incorporated", "corporation", "limited", "company", "group", "holding", "gmbhcokg", "gmbh", "corp", "inc")
FORMS += ("llc", "ltd", "plc", "kg", "ag", "sa", "bv", "nv", "oy", "ab", "as", "co")
LIKELY = 0.75  # how much of two names is alike before one is suggested for the other
LOOKED_AT, SUGGESTED = 200, 5


@dataclass(frozen=True)
class SimilarAccount:
    """A company that may be the same one, or of the same group. Only shown: nothing is ever routed by it."""

    account: Account
    why: str


def account_for(number: int) -> Account:
    """One account by its number, with its `record_count` and `present_owners`. Two queries. Raises NotFound."""
    found: Account = _accounts().select_related("parent").one(number=number)
    return found


def account_page(domain: str, after: str, size: int) -> tuple[list[Account], str]:
    """One page of companies by name, each with its `record_count` and `present_owners`; the mark is the name. Two
    queries."""
    found = _accounts().select_related("parent").order_by("name_key")
    if domain:
        found = found.filter(domain=domain.lower())
    if after:
        found = found.filter(name_key__gt=after)
    return cut(list(found[: size + 1]), size, lambda account: account.name_key)


def _accounts() -> Any:
    """Records are counted for the companies that are shown: joined and grouped, all of them would be."""
    own = Record.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(number=Count("pk"))
    present = AccountOwner.objects.filter(until=None).select_related("member").order_by("function")
    found = Account.objects.select_related("owner").prefetch_related(Prefetch("owners", present, "present_owners"))
    return found.annotate(record_count=Coalesce(Subquery(own.values("number")), 0))


def owners_of(account: Account) -> list[AccountOwner]:
    """Whose the company is and was, side by side, newest first; at most 200. One query."""
    found = AccountOwner.objects.filter(account=account).select_related("member", "given_by")
    return list(found.order_by("-since", "function")[:200])


def children_of(account: Account) -> list[Account]:
    """The companies that belong to it, by name; at most 200. One query."""
    return list(Account.objects.filter(parent=account).order_by("name_key")[:200])


def similar_to(account: Account) -> list[SimilarAccount]:
    """Companies that share its domain, or whose name begins alike once forms such as Inc or GmbH are left out. Two
    queries, each along an index; nothing is routed by them."""
    base = base_name(account.name)
    others = Account.objects.select_related("owner").exclude(pk=account.pk)
    if account.parent_id:
        others = others.exclude(pk=account.parent_id)
    same = list(others.filter(domain=account.domain).order_by("number")[:SUGGESTED]) if account.domain else []
    found = [SimilarAccount(each, "the same domain") for each in same]
    if len(base) < 3:
        return found
    near = others.filter(name_key__gte=base[:3]).order_by("name_key")
    near = near.exclude(Q(pk__in=[each.pk for each in same]) | Q(parent=account))[:LOOKED_AT]
    rated = sorted(((alike(base, base_name(each.name)), each) for each in near), key=lambda pair: -pair[0])
    found += [SimilarAccount(each, "a name that looks alike") for rate, each in rated if rate >= LIKELY]
    return found[:SUGGESTED]


def base_name(name: str) -> str:
    """What a company is called by, without its legal form: `Initech, Inc.` → `initech`."""
    words = [word for word in re.split(r"[^\w]+", name.casefold()) if word]
    while len(words) > 1 and words[-1] in FORMS:
        words.pop()
    return name_key(" ".join(words))


def alike(one: str, other: str) -> float:
    """How much of two names is alike, from 0 to 1; one that begins with the other is more than likely the same."""
    if not one or not other:
        return 0.0
    if min(len(one), len(other)) >= 4 and (one.startswith(other) or other.startswith(one)):
        return 0.9
    return SequenceMatcher(None, one, other).ratio()
