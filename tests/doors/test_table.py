"""Every verb at every door for every role and every scope of a key, over real addresses, from one table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from core.errors import NotPermitted
from core.people.models import Invitation, Member, TimeOff
from core.people.permissions import PERMITS, SCOPES, permit, verbs_asked
from core.tenancy.scope import workspace_scope
from integrations.actions import issue_key
from lifecycle.models import Record
from tests.cast import MONDAY_10, Cast, join
from tests.doors.bodies import body_of
from tests.doors.page import PAGE, written
from tests.doors.table import DOORS, ROLES, Door, doors, who
from tests.isolation.rows import one_of_each
from tests.isolation.walk import Address, absent, addresses

pytestmark = pytest.mark.django_db
TABLE, WHO = doors(), who()
KNOWN = 7
NO_RIGHT = ("may not do this", "lacks the scope")


def test_every_verb_is_in_the_table_as_the_code_has_it() -> None:
    assert {verb: (each.roles, each.scope) for verb, each in WHO.items()} == PERMITS
    assert {door.verb for door in TABLE} - {"-"} == set(PERMITS), "each verb has a door"
    assert {verb for door in TABLE for verb in door.verbs.split(",")} <= {"-", *PERMITS}


def test_every_address_is_in_the_table() -> None:
    """A new address is one line: method, address, verb."""
    here = {(method.upper(), address.route) for address in addresses() for method in address.methods}
    told = {(door.method, door.route) for door in TABLE}
    missing = "\n".join(f"{method} {route}" for method, route in sorted(here - told, key=lambda each: each[1]))
    assert here <= told, f"tests/doors/table.py does not know:\n{missing}"
    gone = told - here
    assert not gone, f"tests/doors/table.py knows what is no more: {gone}"
    assert (
        len(TABLE) == len({str(door) for door in TABLE}) == len([line for line in DOORS.splitlines() if line.strip()])
    )


@pytest.mark.parametrize("verb", WHO)
def test_who_left_may_do_nothing(verb: str) -> None:
    with pytest.raises(NotPermitted):
        permit(Member(workspace_id=UUID(int=0), role="owner", is_active=False), verb)


@pytest.fixture
def nouns(cast: Cast) -> dict[str, Any]:
    """What a hole stands for, by the step of the address before it: things that are there."""
    one_of_each(cast.acme, cast.ada, number=KNOWN, key="east")
    with workspace_scope(cast.acme):
        cast.ada.workspace = cast.acme
        Record.objects.filter(number=KNOWN).update(owner=cast.rosa)
        leave = TimeOff.objects.create(
            member=cast.cleo, starts_at=MONDAY_10, ends_at=MONDAY_10 + timedelta(days=1), note="Skiing"
        )
        key = issue_key(name="Old", scopes=["records:read"], by=cast.ada, at=MONDAY_10).row
        found: dict[str, Any] = dict.fromkeys(
            (
                "accounts",
                "records",
                "handoffs",
                "tasks",
                "promises",
                "playbooks",
                "playbook-runs",
                "changes",
                "imports",
            ),
            KNOWN,
        ) | {"versions": 1, "people": cast.cleo.pk, "seats": cast.cleo.pk, "time-off": leave.pk, "keys": key.pk}
        found |= {
            "invitations": Invitation.objects.get().pk,
            "teams": "east",
            "edit": "threshold",
            "seams": "marketing_to_sales",
        }
        return found | {
            "steps": "lead",
            "scorecard": "speed_to_lead",
            "metrics": "speed_to_lead",
            "cleo": cast.cleo,
            "record": Record.objects.get(number=KNOWN).pk,
        }


def url(door: Door, nouns: dict[str, Any]) -> str:
    address = Address(door.route, ())
    steps = door.route.split("/")
    values = {}
    for name, converter in address.holes.items():
        place = next(place for place, step in enumerate(steps) if f":{name}>" in step)
        values[name] = nouns.get(steps[place - 1], absent(converter))
    return address.url("acme", **values)


def sent(caller: Client, door: Door, nouns: dict[str, Any]) -> tuple[bool, set[str], str]:
    """Through the door and back: whether who asks has the right, which verbs were asked, and what came."""
    body = {
        key: str(nouns["cleo"].pk) if value == "cleo" else str(nouns["record"]) if value == "record" else value
        for key, value in body_of(door).items()
    }
    call, where = getattr(caller, door.method.lower()), url(door, nouns)
    with verbs_asked() as asked, transaction.atomic():
        if door.method == "GET":
            answer = call(where)
        elif door.is_api and not door.address.endswith("/imports"):
            answer = call(where, data=json.dumps(body), content_type="application/json")
        else:
            answer = call(where, body)
        text = "" if answer.streaming else answer.content.decode("utf-8", "replace")
        transaction.set_rollback(True)
    refused = any(each in text for each in NO_RIGHT) or door.verb == "record.assign"
    has_right = answer.status_code != 403 or not refused
    return has_right, asked, f"{answer.status_code} {text[:200]}".replace("\n", " ")


def signed_in(member: Member) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


@pytest.fixture
def people(cast: Cast) -> dict[str, Client]:
    """Somebody of each role; the rep is not whom the rows belong to."""
    members = {"owner": cast.ada, "admin": join(cast.acme, "Aldo", "admin"), "manager": cast.mona}
    members |= {"rep": cast.dana, "leader": cast.vera, "viewer": join(cast.acme, "Iris", "viewer")}
    return {role: signed_in(members[role]) for role in ROLES}


@pytest.mark.slow
def test_every_role_at_every_door(people: dict[str, Client], nouns: dict[str, Any]) -> None:
    asked = {role: TABLE if role != "viewer" else _one_for_each_verb() for role in ROLES}
    faults = [fault for role in ROLES for door in asked[role] for fault in _of_role(door, role, people[role], nouns)]
    assert not faults, "\n".join(faults)


def _one_for_each_verb() -> list[Door]:
    """A door of each verb, and every door of figures and of the rows behind them."""
    firsts = {door.verb: door for door in reversed(TABLE)}
    return [door for door in TABLE if door.verb in ("scorecard.read", "rows.read") or door is firsts[door.verb]]


def _of_role(door: Door, role: str, caller: Client, nouns: dict[str, Any]) -> Iterator[str]:
    has_right, asked, told = sent(caller, door, nouns)
    expected = door.verb == "-" or role in WHO[door.verb].roles
    if told.startswith("5"):
        yield f"{door} for {role}: {told}"
    elif has_right is not expected:
        yield f"{door} for {role}: {'let in' if has_right else 'refused'}: {told[:160]}"
    elif expected and door.verb not in ("-", "record.assign", *asked):
        yield f"{door} for {role} does not ask {door.verb}: {sorted(asked)}, {told[:80]}"


@pytest.mark.slow
def test_every_scope_at_every_door(cast: Cast, nouns: dict[str, Any]) -> None:
    """With the scope of the verb a program comes in; with all the others it does not."""
    programs: dict[frozenset[str], Client] = {}
    faults = []
    for door in TABLE:
        if not door.is_api or door.verb == "-":
            continue
        needed = frozenset(WHO[verb].scope for verb in door.verbs.split(","))
        tries = [(needed, True)] + [(frozenset(SCOPES) - {scope}, False) for scope in needed]
        for scopes, expected in tries:
            if scopes not in programs:
                programs[scopes] = _program(cast, sorted(scopes))
            has_right, _, told = sent(programs[scopes], door, nouns)
            if has_right is not expected:
                faults.append(f"{door} {'with' if expected else 'without'} {sorted(needed)}: {told}")
    assert not faults, "\n".join(faults)


def _program(cast: Cast, scopes: list[str]) -> Client:
    with workspace_scope(cast.acme):
        wishes: dict[str, Any] = {"name": "Robot", "scopes": scopes, "role": "admin", "per_minute": 60_000}
        issued = issue_key(**wishes, by=cast.ada, at=MONDAY_10)
    return Client(headers={"Authorization": f"Bearer {issued.key}"}, raise_request_exception=False)


def test_a_page_takes_no_key(cast: Cast, nouns: dict[str, Any]) -> None:
    caller = _program(cast, list(SCOPES))
    for door in TABLE:
        if not door.is_api:
            assert getattr(caller, door.method.lower())(url(door, nouns)).status_code == 302, door


def test_the_page_of_permissions_says_the_same() -> None:
    """`python -m tests.doors.page` writes it."""
    assert PAGE.read_text(encoding="utf-8") == written()
