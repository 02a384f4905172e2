"""What may become of a member, and what never does."""

import pytest

from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.history.models import Event
from core.people.functions import Function
from core.people.membership import add_time_off, change_role, deactivate, describe, reactivate
from core.people.models import Member, Team, TeamSeat
from core.people.team_seats import create_team, edit_team, leads_person, seat, unseat
from core.tenancy.scope import workspace_scope
from tests.cast import MONDAY_10, Cast

pytestmark = pytest.mark.django_db


def test_a_workspace_keeps_an_owner(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        with pytest.raises(RuleSaysNo, match="last owner"):
            change_role(cast.ada, "admin", by=cast.ada, at=MONDAY_10)
        with pytest.raises(RuleSaysNo, match="last owner"):
            deactivate(cast.ada, by=cast.ada, at=MONDAY_10)
        change_role(cast.vera, "owner", by=cast.ada, at=MONDAY_10)
        assert change_role(cast.ada, "admin", by=cast.ada, at=MONDAY_10).role == "admin"


def test_only_owners_make_and_unmake_owners(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        admin = change_role(cast.vera, "admin", by=cast.ada, at=MONDAY_10)
        for member, role in ((cast.rick, "owner"), (cast.ada, "rep")):
            with pytest.raises(NotPermitted):
                change_role(member, role, by=admin, at=MONDAY_10)
        with pytest.raises(NotPermitted):
            deactivate(cast.ada, by=admin, at=MONDAY_10)


def test_a_role_is_changed_with_one_event(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        change_role(cast.rick, "manager", by=cast.ada, at=MONDAY_10)
        event = Event.objects.get(kind="member.role_changed")
        assert event.facts == {"from": "rep", "to": "manager"} and event.actor_id == cast.ada.pk


def test_who_manages_a_team_hands_it_over_first(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        with pytest.raises(RuleSaysNo, match="manages Customer success, Sales"):
            deactivate(cast.mona, by=cast.ada, at=MONDAY_10)
        Team.objects.update(manager=cast.vera)
        assert not deactivate(cast.mona, by=cast.ada, at=MONDAY_10).is_active
        assert reactivate(cast.mona, by=cast.ada, at=MONDAY_10).is_active


def test_reps_manage_nobody(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        for refused in (
            lambda: change_role(cast.rosa, "rep", by=cast.rick, at=MONDAY_10),
            lambda: deactivate(cast.rosa, by=cast.rick, at=MONDAY_10),
            lambda: create_team(name="X", function="sales", by=cast.mona, at=MONDAY_10),
        ):
            with pytest.raises(NotPermitted):
                refused()


def test_a_name_in_files_names_one_member(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        describe(cast.rick, name="Rick", external_key="R. Rick", by=cast.ada, at=MONDAY_10)
        with pytest.raises(BadInput, match="already goes by this name"):
            describe(cast.rosa, name="Rosa", external_key="R. Rick", by=cast.ada, at=MONDAY_10)


def test_everybody_plans_their_own_time_off_and_managers_that_of_their_teams(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        span = {"starts_at": MONDAY_10, "ends_at": MONDAY_10.replace(hour=12)}
        add_time_off(cast.rick, **span, by=cast.rick, at=MONDAY_10)
        add_time_off(cast.rick, **span, by=cast.mona, at=MONDAY_10)
        for whose, by in ((cast.rick, cast.rosa), (cast.dana, cast.mona)):  # no team of hers
            with pytest.raises(NotPermitted):
                add_time_off(whose, **span, by=by, at=MONDAY_10)


def test_a_team_is_managed_by_somebody_who_leads(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        team = Team.objects.get(function=Function.SALES)
        shape = {"name": "Sales", "function": "sales", "by": cast.ada, "at": MONDAY_10}
        with pytest.raises(RuleSaysNo, match="is managed by"):
            edit_team(team, **shape, manager=cast.rick)  # type: ignore[arg-type]
        assert edit_team(team, **shape, manager=cast.vera).manager == cast.vera  # type: ignore[arg-type]


def test_a_team_may_not_take_the_address_of_the_form(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        assert create_team(name="New", function="sales", by=cast.ada, at=MONDAY_10).key == "new-team"


def test_a_seat_is_given_changed_and_taken(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        team = Team.objects.get(function=Function.MARKETING)
        assert seat(team, cast.rick, weight=2, by=cast.ada, at=MONDAY_10)[1] is True
        assert seat(team, cast.rick, weight=5, cap=3, by=cast.ada, at=MONDAY_10)[1] is False
        unseat(team, cast.rick, by=cast.ada, at=MONDAY_10)
        unseat(team, cast.rick, by=cast.ada, at=MONDAY_10)
        kinds = list(Event.objects.filter(subject_id=cast.rick.pk).order_by("id").values_list("kind", flat=True))
        assert kinds == ["seat.given", "seat.changed", "seat.removed"]
        sales = Team.objects.get(function=Function.SALES)  # Mona's; who seats somebody says their hours
        TeamSeat.objects.filter(team=sales).delete()
        assert seat(sales, cast.rick, by=cast.mona, at=MONDAY_10)[1] is True
        seat(team, cast.rosa, by=cast.ada, at=MONDAY_10)
        with pytest.raises(NotPermitted) as refused:
            seat(sales, cast.rosa, by=cast.mona, at=MONDAY_10)
        assert refused.value.code == "sits_elsewhere"
        seat(sales, cast.ada, by=cast.mona, at=MONDAY_10)
        assert leads_person(cast.mona, cast.rick) and not leads_person(cast.mona, cast.ada)


def test_programs_do_not_sit_in_teams(cast: Cast) -> None:
    with workspace_scope(cast.acme):
        robot = Member.objects.create(kind="integration", name="Robot")
        with pytest.raises(RuleSaysNo, match="Only active people"):
            seat(Team.objects.get(function=Function.SALES), robot, by=cast.ada, at=MONDAY_10)
