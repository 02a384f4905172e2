"""Trying routing out: records that are here or typed in, through the rules in force or those of a request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from blueprint.documents import blueprint_of
from blueprint.expressions.criteria import compile_line
from blueprint.expressions.fields import DataType
from blueprint.expressions.wall_clock import ZONE
from blueprint.property_values import PARSERS, property_value
from blueprint.schema import Blueprint, SeamTerms
from blueprint.typed_values import name_key
from core.bounds import check_day
from core.errors import BadInput
from core.people.models import Member, Workspace
from core.people.permissions import permit
from governance.queries.detail import change_for
from governance.queries.past_offers import past_offers
from governance.queries.proposals import proposed_by
from handoffs.queries.tryout import RoutingTrial, TriedRecord, try_out
from lifecycle.intake.row_schema import FREE_MAIL
from lifecycle.models import Account, Record

MOST = 500  # records at once


@dataclass(frozen=True)
class TryOut:
    """Where each record would go, and how many each rule takes; the rules that take none are there as well."""

    seam: SeamTerms
    results: list[TriedRecord]

    @property
    def moved(self) -> int | None:
        """How many of the handoffs of the past another rule takes; None where none was asked about."""
        return sum(each.goes_elsewhere for each in self.results) if any(each.handoff for each in self.results) else None

    @property
    def by_rule(self) -> list[tuple[str, int]]:
        """Rule → records, in the order of the rules."""
        taken = Counter(each.rule for each in self.results)
        known = [(rule.label, taken.pop(rule.label, 0)) for rule in self.seam.rules]
        return [*known, *((rule or "No rule", count) for rule, count in taken.items())]


def tried(
    workspace: Workspace,
    member: Member,
    *,
    seam: str,
    change: int | None = None,
    records: Sequence[int] = (),
    rows: Iterable[Mapping[str, Any]] = (),
    handoffs: Sequence[int] = (),
    at: datetime,
) -> TryOut:
    """Try the records with these numbers and these typed ones, at a moment, and handoffs of the past, each as it was
    when it was offered. Raises NotFound, and BadInput that names the field of a row."""
    permit(member, "change.propose")
    check_day(at, "at")
    blueprint = _blueprint(workspace, member, change)
    terms = blueprint.seams_by_key.get(seam)
    if terms is None:
        raise BadInput("There is no such seam.", field="seam")
    typed = list(rows)
    if not records and not typed and not handoffs:
        raise BadInput("Name a record, or type one in.", field="records")
    if len(records) + len(typed) + len(handoffs) > MOST:
        raise BadInput(f"At most {MOST} records at once.", field="rows")
    trials = [*_here(workspace, records, at), *_typed(workspace, blueprint, terms, typed, at)]
    past = past_offers(workspace, terms, handoffs) if handoffs else []
    results = try_out(workspace, blueprint, terms, [*trials, *(each.trial for each in past)], at=at)
    for place, each in enumerate(past, start=len(trials)):
        found = results[place]
        results[place] = replace(found, handoff=each.handoff, was_receiver=each.receiver, was_rule=each.rule)
    return TryOut(terms, results)


def _blueprint(workspace: Workspace, member: Member, change: int | None) -> Blueprint:
    """The version in force, or what a request proposes. Raises BadInput where that cannot be read."""
    if change is None:
        return blueprint_of(workspace)
    try:
        blueprint = Blueprint.of(workspace.pk, proposed_by(change_for(member, change)))
        for seam in blueprint.seams:
            for rule in seam.rules:
                compile_line(blueprint.catalogue, rule.expression)
                if rule.pool_id and rule.pool_id not in blueprint.pools_by_id:
                    raise ValueError(f"“{rule.label}” leads to a pool that is not there.")
    except ValueError as bad:
        raise BadInput(f"What the request proposes cannot be tried: {bad}", field="change") from None
    return blueprint


def _here(workspace: Workspace, numbers: Sequence[int], at: datetime) -> list[RoutingTrial]:
    found = {
        record.number: record for record in Record.objects.filter(number__in=numbers).select_related("stage", "account")
    }
    missing = [number for number in numbers if number not in found]
    if missing:
        raise BadInput(f"There is no record {missing[0]}.", field="records")
    return [RoutingTrial.of(found[number], workspace, at) for number in numbers]


def _typed(
    workspace: Workspace, blueprint: Blueprint, seam: SeamTerms, rows: Sequence[Mapping[str, Any]], at: datetime
) -> list[RoutingTrial]:
    """Typed rows as records that stand at the seam now. Two queries, where rows name a company or an owner."""
    pipeline, _, stage = seam.trigger.partition("/")
    usual = {"kind": blueprint.pipeline(pipeline).record_kind, "stage": stage, "score": 0}
    usual |= {"created_at": at, "entered_stage_at": at, ZONE: workspace.time_zone}
    facts = [usual | _facts_of_row(blueprint, place, row, usual) for place, row in enumerate(rows, start=1)]
    people, accounts = _people(facts), _accounts(facts)
    trials = []
    for place, row in enumerate(facts, start=1):
        owner = people.get(str(row.get("owner", "")).lower())
        account = accounts.get(str(row.get("account_domain", ""))) or accounts.get(
            name_key(str(row.get("account_name", "")))
        )
        named = {"account_name": account.name, "account_domain": account.domain or None} if account else {}
        label = str(row.get("name") or row.get("email") or f"Row {place}")
        held = {"owner": owner} if "owner" in row else {}
        own_domain = str(row.get("domain") or str(row.get("email", "")).rpartition("@")[2]).lower()
        domain = "" if own_domain in FREE_MAIL else own_domain
        trials.append(RoutingTrial(label, row | named | held, account.pk if account else None, domain, owner))
    return trials


def _facts_of_row(blueprint: Blueprint, place: int, row: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    """Raises BadInput that names the row and its field."""
    try:
        facts = _facts(blueprint, row)
        for key in ("kind", "stage"):
            if facts.get(key, usual[key]) != usual[key]:
                raise BadInput(f"The seam takes a {key} of “{usual[key]}” alone; leave it out.", field=key)
    except BadInput as bad:
        raise BadInput(f"Row {place}: {bad.detail}", code=bad.code, field=bad.field, facts={"row": place}) from None
    return facts


def _facts(blueprint: Blueprint, row: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    said: set[str] = set()
    labels = {field.label.casefold(): field.key for field in blueprint.catalogue}
    for name, value in row.items():
        key = name if name in blueprint.catalogue else labels.get(name.casefold(), name.casefold())
        if key not in blueprint.catalogue or key == "now":
            raise BadInput(f"There is no field called “{name[:60]}”.", field=name[:60])
        if key in said:
            raise BadInput(f"The field “{key}” is named twice.", field=key)
        said.add(key)
        if value in (None, ""):
            continue
        terms, described = blueprint.properties_by_key.get(key), blueprint.catalogue.field(key)
        if described.data_type is DataType.DATETIME:
            value = _local(value)
        if terms is not None:
            facts[key] = property_value(terms, key, value)
        else:
            facts[key] = PARSERS.get(described.data_type, PARSERS[DataType.TEXT])(key, value)
    return facts


def _local(value: Any) -> Any:
    """A moment that is written without a zone, where whoever typed it is: in local time on a page, UTC for programs."""
    try:
        found = datetime.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        return value
    return value if found.tzinfo else timezone.make_aware(found).isoformat()


def _people(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    emails = {str(row["owner"]).lower(): place for place, row in enumerate(facts, start=1) if row.get("owner")}
    if not emails:
        return {}
    found = dict(Member.objects.filter(email__in=emails).values_list("email", "id"))
    if gone := next((each for each in emails if each not in found), None):
        detail = f"Row {emails[gone]}: “{gone[:60]}” is no address of anybody here."
        raise BadInput(detail, code="unknown_member", field="owner", facts={"row": emails[gone]})
    return found


def _accounts(facts: Sequence[Mapping[str, Any]]) -> dict[str, Account]:
    """The companies that rows name, by domain and by what names are compared by."""
    domains = {row["account_domain"] for row in facts if row.get("account_domain")}
    names = {name_key(row["account_name"]) for row in facts if row.get("account_name")}
    if not domains and not names:
        return {}
    found = Account.objects.filter(Q(domain__in=domains) | Q(name_key__in=names)).order_by("-number")
    return {key: account for account in found for key in (account.name_key, account.domain) if key}
