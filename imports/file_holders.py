"""Who owned records, and which team's they were, as a file of events tells it: kept on the stays of their past."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from blueprint.typed_values import BadValue, loose
from core.history.actions import blueprint_version, record_all
from core.history.security import request_id
from core.people.models import Member, Team, TeamSeat
from core.sql import load
from imports.event_log import RecordEvents
from imports.row_reader import RowReader
from lifecycle.intake.batch_rows import Refused
from lifecycle.models import Import, Record, StageStay, StayChange

TELL = load("lifecycle", "tell_holders")
OWN_MOVES = "The record has moves of its own here; who owned it then is known."


class Holder(NamedTuple):
    """Who had a record from a moment on."""

    at: datetime
    owner_id: UUID | None
    team_id: UUID | None

    def as_json(self, record_id: UUID) -> dict[str, str | None]:
        """As the statement reads it."""
        return {
            "record_id": str(record_id),
            "at": self.at.isoformat(),
            "owner_id": str(self.owner_id) if self.owner_id else None,
            "team_id": str(self.team_id) if self.team_id else None,
        }


class OwnersOverTime:
    """Finds the people and teams that events name, and tells whose records were when."""

    def __init__(self, reader: RowReader, *, by: Member, at: datetime, of: Import) -> None:
        self.reader, self.by, self.at, self.of = reader, by, at, of
        self.refused: list[Refused] = []

    @cached_property
    def _teams(self) -> dict[str, UUID]:
        return {loose(name): pk for pk, name in Team.objects.values_list("pk", "name")}

    @cached_property
    def _team_of(self) -> dict[UUID, UUID]:
        """The first team each member sits in."""
        seats = TeamSeat.objects.order_by("-id").values_list("member_id", "team_id")
        return dict(seats)

    def settle(self, events: RecordEvents) -> list[Holder]:
        """Whose the record was when, oldest first; rows that name nobody known are refused and taken off."""
        found: list[Holder] = []
        kept = []
        for row, event in sorted(events.rows, key=lambda pair: pair[1].at):
            try:
                if event.owner or event.team:
                    found += self._next(event.owner, event.team, event.at, found)
                kept.append((row, event))
            except BadValue as bad:
                self.refused.append(self.reader.refused(row, bad))
        events.rows = kept
        return found

    def _next(self, owner: str, team: str, at: datetime, before: Sequence[Holder]) -> list[Holder]:
        column = self.reader.context.mapping.column_for
        owner_id = self.reader.context.owners.find(owner, column("owner") or "") if owner else None
        if team and loose(team) not in self._teams:
            raise BadValue("unknown_team", column("team") or "", f"No team is called {team[:80]!r}.")
        team_id = self._teams[loose(team)] if team else self._team_of.get(owner_id) if owner_id else None
        if owner_id is None and not team:
            return []
        owner_id = owner_id or (before[-1].owner_id if before else None)
        return [Holder(at, owner_id, team_id)]

    def tell(self, told: Mapping[UUID, tuple[RecordEvents, list[Holder]]]) -> set[UUID]:
        """Write it; the records of which something new was told. Four queries, two more where an owner is filled."""
        moves = StageStay.objects.filter(record_id__in=told).exclude(cause="history")
        moved = set(moves.values_list("record_id", flat=True))
        for record_id in moved:
            self._refuse_holders(told[record_id][0])
        holders = {record_id: found for record_id, (_, found) in told.items() if found and record_id not in moved}
        if not holders:
            return set()
        given_on = self._given_on(holders)
        lines = [each.as_json(pk) for pk, found in holders.items() for each in (*found, *given_on.get(pk, ()))]
        rows = TELL.rows(
            told=json.dumps(lines),
            records=list(holders),
            at=self.at,
            by=self.by.pk,
            version=blueprint_version.get(),
            request_id=request_id.get(),
            **{"import": str(self.of.pk)},
        )
        return {record_id for (record_id,) in rows} | self._fill(holders)

    def _refuse_holders(self, events: RecordEvents) -> None:
        """Refuse the rows that tell of nothing but an owner."""
        header = self.reader.context.mapping.column_for("owner") or self.reader.context.mapping.column_for("team") or ""
        why = BadValue("history_conflicts", header, OWN_MOVES)
        self.refused += [self.reader.refused(row, why) for row, event in events.rows if not event.stage]
        events.rows = [(row, event) for row, event in events.rows if event.stage]

    def _given_on(self, holders: Mapping[UUID, list[Holder]]) -> dict[UUID, list[Holder]]:
        """Records that belong to somebody else than the file tells last: given on by now, which is told once."""
        owned = Record.objects.filter(pk__in=holders).exclude(owner=None).values_list("pk", "owner_id", "team_id")
        last = {pk: Holder(self.at, *owner) for pk, *owner in owned if owner[0] != holders[pk][-1].owner_id}
        known = StayChange.objects.filter(record_id__in=last, owner_after=F("record__owner"))
        told = {pk for pk, at in known.values_list("record_id", "at") if at > holders[pk][-1].at}
        return {pk: [holder] for pk, holder in last.items() if pk not in told}

    def _fill(self, holders: Mapping[UUID, list[Holder]]) -> set[UUID]:
        """A record that nobody owns belongs to whom the file tells last; another's owner stays."""
        free = list(Record.objects.select_for_update().filter(pk__in=holders, owner=None).order_by("pk"))
        free = [record for record in free if holders[record.pk][-1].owner_id]
        for record in free:
            record.owner_id, record.team_id = holders[record.pk][-1].owner_id, holders[record.pk][-1].team_id
        names = dict(Member.objects.filter(pk__in=[each.owner_id for each in free]).values_list("pk", "name"))
        Record.objects.bulk_update(free, ["owner", "team"])
        facts = {"from": None, "from_name": None, "import": str(self.of.pk)}
        record_all(
            [
                ("record.owner_changed", "record", each.pk, each.pk,
                 {**facts, "to": str(each.owner_id), "owner": names.get(each.owner_id)})
                for each in free
            ],
            at=self.at, actor=self.by,
        )  # fmt: skip
        return {record.pk for record in free}
