"""Why somebody hands over: what of theirs changes hands then, what is asked of whoever says so, and what is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from core.errors import BadInput, NotPermitted, RuleSaysNo
from core.people import makings
from core.people.membership import add_time_off, change_role, check_absence, deactivate
from core.people.models import Member, Team, TeamSeat, Workspace
from core.people.permissions import lapses, may, permit
from core.people.team_seats import sit, stand_up
from handoffs.actions.leaving import holding
from handoffs.models import Commitment, Handoff, HandoverPlan, Task
from lifecycle.models import Account, Record

Kind = HandoverPlan.Kind


@dataclass(frozen=True)
class Occasion:
    """One reason to hand over. `role`: the one they get; `team`: the one they leave; `to_team`: the one they go to;
    `starts_at` and `ends_at`: from when until when they are away."""

    kind: Kind
    member: Member
    role: str = ""
    team: Team | None = None
    to_team: Team | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def permit(self, by: Member) -> None:
        """Admins for everybody; a manager for a seat, a change of teams or an absence in a team they lead. Raises
        NotPermitted."""
        permit(by, "handoff.reassign")
        permit(by, "record.write")
        if may(by, "people.manage"):
            return
        if self.kind in (Kind.LEAVES, Kind.ROLE):
            permit(by, "people.manage")
        if self.kind in (Kind.SEAT, Kind.TEAM) and self.team is None:
            return  # nothing can be done without a team, and what is asked for says so
        own = set(Team.objects.filter(manager=by).values_list("pk", flat=True))
        asked = {each.pk for each in (self.team, self.to_team) if each}
        if self.kind == Kind.AWAY:
            asked = set(TeamSeat.objects.filter(member=self.member, team__in=own).values_list("team", flat=True))
        if not asked or not asked <= own:
            raise NotPermitted("A manager does this for the teams they lead.", code="not_your_team")

    def check(self) -> None:
        """Raises BadInput and RuleSaysNo where the occasion makes no sense."""
        if not self.member.is_active:
            raise RuleSaysNo(f"{self.member.name} has left already.", code="already_left")
        if self.kind == Kind.ROLE and (self.role not in Member.Role.values or self.role == self.member.role):
            raise BadInput("Choose another role.", code="same_role", field="role")
        if self.kind in (Kind.SEAT, Kind.TEAM):
            if self.team is None or not TeamSeat.objects.filter(team=self.team, member=self.member).exists():
                raise BadInput(f"{self.member.name} does not sit there.", code="no_seat", field="team")
            if self.kind == Kind.TEAM and self.to_team in (None, self.team):
                raise BadInput("Choose the team they go to.", code="no_team", field="to_team")
        if self.kind == Kind.AWAY:
            check_absence(self.starts_at, self.ends_at)

    @property
    def words(self) -> str:
        """What happens, as the trace of a handoff says it after the name."""
        team, to = self.team.name if self.team else "", self.to_team.name if self.to_team else ""
        return {
            Kind.LEAVES: "leaves",
            Kind.ROLE: f"becomes {self.role}",
            Kind.SEAT: f"leaves the team {team}",
            Kind.TEAM: f"goes from {team} to {to}",
            Kind.AWAY: "is away",
        }[self.kind]

    @property
    def is_leaving(self) -> bool:
        """Whether they leave the workspace."""
        return self.kind == Kind.LEAVES

    @property
    def gives_up_all(self) -> bool:
        """Whether routing can no longer reach them at all."""
        return self.is_leaving or (self.kind == Kind.ROLE and lapses("handoff.answer", self.role))

    def definitions(self, workspace: Workspace) -> dict[str, list[str]]:
        """Part of the blueprint → what they answer for there and, once they have left, nobody would."""
        return holding.owned_definitions(workspace, self.member) if self.is_leaving else {}

    def teams_without_head(self) -> tuple[str, ...]:
        """Teams they manage and may no longer: somebody else has to be named first."""
        if not self.is_leaving and not (self.kind == Kind.ROLE and self.role in (Member.Role.REP, Member.Role.VIEWER)):
            return ()
        return tuple(Team.objects.filter(manager=self.member).order_by("name").values_list("name", flat=True))

    def ends(self, at: datetime) -> list[makings.Making]:
        """What they made that ends with it."""
        if self.kind in (Kind.LEAVES, Kind.ROLE):
            return makings.held_by(self.member, None if self.is_leaving else self.role, at)
        return []

    # --- what changes hands -----------------------------------------------------------------------------------------

    def handoffs(self) -> QuerySet[Handoff]:
        """Open handoffs: those of the team they leave, or all they may no longer answer."""
        found = holding.open_handoffs_of(self.member)
        if self.kind in (Kind.SEAT, Kind.TEAM):
            return found.filter(team=self.team)
        return found if self.kind != Kind.ROLE or lapses("handoff.answer", self.role) else found.none()

    def records(self) -> QuerySet[Record]:
        """Records on their way: those of the team they leave, or all they may no longer work on."""
        found = holding.open_records_of(self.member)
        return (
            found.filter(team=self.team) if self.kind in (Kind.SEAT, Kind.TEAM) else self._kept(found, "record.write")
        )

    def accounts(self) -> QuerySet[Account]:
        """Companies: those of the side on which they sit no longer, or all they may no longer own."""
        if self.kind in (Kind.SEAT, Kind.TEAM):
            side = self.side
            return holding.accounts_on(self.member, side) if side else Account.objects.none()
        return self._kept(holding.accounts_of(self.member), "record.write")

    def tasks(self) -> QuerySet[Task]:
        """Open tasks: those of the team they leave, or all they may no longer do."""
        found = holding.open_tasks_of(self.member)
        return (
            found.filter(team=self.team) if self.kind in (Kind.SEAT, Kind.TEAM) else self._kept(found, "task.complete")
        )

    def promises(self) -> QuerySet[Commitment]:
        """What they have yet to keep about records that do not change hands: of the team they leave, or all where they
        may no longer. The others go along with their records."""
        found = holding.open_promises_of(self.member).exclude(record__in=self.records().order_by().values("pk"))
        if self.kind in (Kind.SEAT, Kind.TEAM):
            return found.filter(record__team=self.team)
        return self._kept(found, "record.write")  # type: ignore[no-any-return]

    def holds_more_than(self, most: int) -> bool:
        """Whether more than so many things change hands. Five queries that count no further than they must."""
        left = most
        for things in (self.records(), self.handoffs(), self.accounts(), self.tasks(), self.promises()):
            left -= things.order_by()[: left + 1].count()
            if left < 0:
                return True
        return False

    @property
    def scope(self) -> dict[str, Any]:
        """Which records and companies these are, as a statement asks for them."""
        if self.kind in (Kind.SEAT, Kind.TEAM):
            assert self.team is not None, "checked before"
            return {"has_records": True, "team": self.team.pk, "has_accounts": bool(self.side), "side": self.side}
        gives_up = self._gives_up("record.write")
        return {"has_records": gives_up, "team": None, "has_accounts": gives_up, "side": None}

    @property
    def side(self) -> str | None:
        """The side that they are no longer of, once they have left the team."""
        if self.kind not in (Kind.SEAT, Kind.TEAM) or self.team is None:
            return None
        rest = Team.objects.filter(function=self.team.function).exclude(pk=self.team.pk)
        stays = rest.filter(seats__member=self.member) | Team.objects.filter(
            function=self.team.function, manager=self.member
        )
        goes_on = self.to_team is not None and self.to_team.function == self.team.function
        return None if goes_on or stays.exists() else self.team.function

    def _kept(self, found: Any, verb: str) -> Any:
        """All of it for who leaves or may no longer do this; nothing of who is only away."""
        return found if self._gives_up(verb) else found.none()

    def _gives_up(self, verb: str) -> bool:
        return self.kind == Kind.LEAVES or (self.kind == Kind.ROLE and lapses(verb, self.role))

    # --- what is done once everything has changed hands -------------------------------------------------------------

    def carry_out(self, *, by: Member, at: datetime) -> dict[str, Any]:
        """Do it, and what undoing it needs to know."""
        if self.kind == Kind.LEAVES:
            deactivate(self.member, by=by, at=at)
            return {}
        if self.kind == Kind.ROLE:
            before = self.member.role
            change_role(self.member, self.role, by=by, at=at)
            return {"role": self.role, "role_before": before}
        if self.kind == Kind.AWAY:
            assert self.starts_at is not None and self.ends_at is not None, "checked before"
            absence = add_time_off(self.member, starts_at=self.starts_at, ends_at=self.ends_at, by=by, at=at)
            return {"absence": str(absence.pk)}
        assert self.team is not None, "checked before"
        seat = TeamSeat.objects.filter(team=self.team, member=self.member).first()
        if seat is None:  # somebody else took it while we waited
            raise BadInput(f"{self.member.name} does not sit there.", code="no_seat", field="team")
        asked = {"team": str(self.team.pk), "weight": seat.weight, "cap": seat.cap}
        stand_up(self.team, self.member, by=by, at=at)
        if self.to_team is not None:
            is_new = not TeamSeat.objects.filter(team=self.to_team, member=self.member).exists()
            if is_new:  # a place they have there stays as it is
                sit(self.to_team, self.member, weight=seat.weight, cap=seat.cap, by=by, at=at)
            asked |= {"to_team": str(self.to_team.pk) if is_new else ""}
        return asked
