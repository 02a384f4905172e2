"""One table: verb, role, expected answer. It is written out here again so that a change is a decision."""

from uuid import UUID

import pytest

from revops.errors import NotPermitted
from revops.workspaces.models import Member
from revops.workspaces.permissions import PERMITS, SCOPES, may, permit

#                      owner admin manager rep leader
EXPECTED = {
    "record.read": "yyyyy",
    "record.write": "yyyy-",
    "record.advance": "yyyy-",
    "record.override": "yyy--",
    "record.import": "yy---",
    "activity.log": "yyyy-",
    "handoff.read": "yyyyy",
    "handoff.offer": "yyyy-",
    "handoff.answer": "yyyy-",
    "handoff.reassign": "yyy--",
    "limbo.read": "yyy-y",
    "task.complete": "yyyyy",
    "scorecard.read": "yyyyy",
    "blueprint.read": "yyyyy",
    "change.propose": "yyyyy",
    "change.approve": "yyy-y",
    "change.publish": "yy---",
    "people.read": "yyyyy",
    "version.acknowledge": "yyyyy",
    "time_off.plan": "yyyyy",
    "security.read": "yy---",
    "people.manage": "yy---",
    "workspace.manage": "yy---",
    "aside.read": "yy---",
    "aside.retry": "yy---",
    "keys.manage": "yy---",
}
NOWHERE = UUID(int=0)
ROLES = ("owner", "admin", "manager", "rep", "leader")
CASES = [(verb, role, told == "y") for verb, row in EXPECTED.items() for role, told in zip(ROLES, row, strict=True)]


def test_every_verb_is_in_the_table() -> None:
    assert set(EXPECTED) == set(PERMITS)


@pytest.mark.parametrize(("verb", "role", "expected"), CASES)
def test_who_may_do_what(verb: str, role: str, expected: bool) -> None:
    assert may(Member(workspace_id=NOWHERE, role=role), verb) is expected


@pytest.mark.parametrize("verb", EXPECTED)
def test_who_left_may_do_nothing(verb: str) -> None:
    with pytest.raises(NotPermitted):
        permit(Member(workspace_id=NOWHERE, role="owner", is_active=False), verb)


@pytest.mark.parametrize("verb", EXPECTED)
def test_a_key_needs_the_scope_and_its_member_the_role(verb: str) -> None:
    scope = PERMITS[verb][1]
    program = Member(workspace_id=NOWHERE, role="owner")
    program.key_scopes = frozenset({scope})  # type: ignore[attr-defined]
    assert may(program, verb)
    program.key_scopes = frozenset(SCOPES) - {scope}  # type: ignore[attr-defined]
    assert not may(program, verb)
