"""Rows of a file about people: members that files name, their teams with region and manager, and their seats."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.text import slugify

from blueprint.typed_values import BadValue, loose
from core.history.actions import ask, record
from core.history.models import NO_RECORD, Event
from core.people.models import Member, Team, TeamSeat
from core.people.permissions import permit
from core.people.team_seats import keep_past_line
from imports.csv_reader import Row
from imports.file_owners import new_person
from imports.row_reader import RowReader, name_of
from lifecycle.intake.batch_rows import Outcome
from lifecycle.models import Import

ROLES = {Member.Role.REP, Member.Role.MANAGER, Member.Role.LEADER}  # a file makes nobody an admin


def take_in_people(rows: Sequence[Row], reader: RowReader, *, by: Member, at: datetime, of: Import) -> Outcome:
    """Create or update a member, their team and their seat for every row; about four queries a row."""
    permit(by, "people.manage")
    outcome = Outcome()
    people = _People(reader, by, at, of)
    for row in rows:
        try:
            state = people.take(reader.values(row))
        except BadValue as bad:
            outcome.rejected.append(reader.refused(row, bad))
        else:
            setattr(outcome, state, getattr(outcome, state) + 1)
    return outcome


def _role(text: str) -> str:
    """The role that is named, "" where none is. Raises BadValue."""
    words = {loose(word): role.value for role in ROLES for word in (role.value, role.label)}
    if text and loose(text) not in words:
        raise BadValue("unknown_role", "role", "A file may make reps, managers and leaders.")
    return words[loose(text)] if text else ""


class _People:
    """Who is there already, and who is made."""

    def __init__(self, reader: RowReader, by: Member, at: datetime, of: Import) -> None:
        self.reader, self.by, self.at, self.of = reader, by, at, of

    def take(self, values: dict[str, Any]) -> str:
        """One row: created, updated or unchanged. Raises BadValue."""
        name = name_of(values) or values.get("email", "") or values.get("external_id", "")
        if not name:
            raise BadValue("no_name", "", "The row names nobody.")
        role = _role(values.get("role", ""))
        member = self._find(name, values)
        state = "unchanged"
        if member is None:
            member = new_person(
                name,
                by=self.by,
                at=self.at,
                external_key=values.get("external_id", ""),
                email=values.get("email", ""),
                role=role or Member.Role.REP,
                of=self.of,
            )
            state = "created"
        elif self._describe(member, name, role, values):
            state = "updated"
        if self._seat(member, values) and state == "unchanged":
            state = "updated"
        return state

    def _find(self, name: str, values: dict[str, Any]) -> Member | None:
        """By the file's id, by address, then by name."""
        key, email = values.get("external_id", ""), values.get("email", "")
        people = Member.objects.filter(kind=Member.Kind.PERSON).order_by("joined_at", "id")
        for known in ({"external_key": key}, {"email": email}, {"external_key": name}):
            if all(known.values()) and (found := people.filter(**known).first()):
                return found
        # a name alone means somebody only while no file has given them an id of their own
        return people.filter(name=name, external_key="").first() if not key else None

    def _describe(self, member: Member, name: str, role: str, values: dict[str, Any]) -> bool:
        """Correct what the file may correct; somebody with a sign-in keeps their own name, address and role."""
        wanted = {"external_key": member.external_key or values.get("external_id") or name}
        if member.user_id is None:
            wanted |= {"name": name[:120], "email": values.get("email", member.email), "role": role or member.role}
        if not member.is_active and self._was_undone(member):
            wanted |= {"is_active": True, "deactivated_at": None}
        changed = {key: value for key, value in wanted.items() if getattr(member, key) != value}
        if "external_key" in changed and Member.objects.filter(external_key=changed["external_key"]).exists():
            del changed["external_key"]
        return self._write("member.described", member, changed)

    def _was_undone(self, member: Member) -> bool:
        """Whether they left because the file they came with was taken back. One query."""
        left = Event.objects.filter(NO_RECORD, subject_id=member.pk, kind__in=("member.undone", "member.deactivated"))
        return left.order_by("-at", "-id").values_list("kind", flat=True).first() == "member.undone"

    def _write(self, kind: str, about: Member | Team, changed: dict[str, Any]) -> bool:
        """Correct somebody or a team, and tell what was there before; whether anything differs."""
        former = {key: getattr(about, key) for key in changed}
        for key, value in changed.items():
            setattr(about, key, value)
        if changed:
            about.save(update_fields=list(changed))
            facts = {**changed, "former": former, "import": self.of.pk}
            record(kind, about, at=self.at, actor=self.by, facts=json.loads(json.dumps(facts, default=str)))
        return bool(changed)

    def _seat(self, member: Member, values: dict[str, Any]) -> bool:
        """Their place in the team the row names; whether anything differs."""
        manager, region = values.get("manager", ""), values.get("region", "")
        label = values.get("team") or manager or region
        if not label:
            return False
        head = self._manager(manager) if manager else None
        function = self.reader.context.mapping.team_function
        key = slugify(label)[:60] or f"team-{sha256(label.encode()).hexdigest()[:8]}"
        team = Team.objects.filter(key=key).first()
        if team is None:
            team = Team.objects.create(key=key, name=label[:120], function=function, region=region[:80], manager=head)
            facts = {"name": label[:120], "import": str(self.of.pk)}
            record("team.created", team, at=self.at, actor=self.by, facts=facts)
            is_changed = True
        else:
            is_changed = self._describe_team(team, region, head)
        _, is_seated = TeamSeat.objects.get_or_create(team=team, member=member)
        if is_seated:
            facts = {"team": team.key, "import": str(self.of.pk)}
            record("seat.given", member, at=self.at, actor=self.by, facts=facts)
        return is_changed or is_seated

    def _manager(self, name: str) -> Member | None:
        """Who leads the team. A rep with a sign-in is not made a manager by a file; then the team has none."""
        found = self._find(name, {})
        if found is None:
            return new_person(name, by=self.by, at=self.at, role=Member.Role.MANAGER, of=self.of)
        if not found.leads_others and found.user_id is None:
            self._describe(found, found.name, Member.Role.MANAGER, {})
        return found if found.leads_others and found.is_active else None

    def _describe_team(self, team: Team, region: str, head: Member | None) -> bool:
        wanted: dict[str, Any] = {
            "region": team.region if ask("team.region_is_said", team=team) else region[:80] or team.region,
            "manager_id": head.pk if head else team.manager_id,
        }
        changed = {key: value for key, value in wanted.items() if getattr(team, key) != value}
        keep_past_line(team, wanted["region"], wanted["manager_id"], self.at)
        return self._write("team.edited", team, changed)
