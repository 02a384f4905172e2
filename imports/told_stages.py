"""What a row tells of stages, added to what is known of its record.

A file adds to a record's past and corrects the stages it names; it changes no others. A row that names no stage changes
none.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from blueprint.schema import PipelineTerms

Stay = tuple[str, datetime]  # a stage, and when it was entered
History = tuple[Stay, ...]


@dataclass(frozen=True)
class Known:
    """What is known of a record before the row: its stages, oldest first, and when it was created."""

    stays: History
    created_at: datetime | None = None

    @cached_property
    def last_of(self) -> dict[str, datetime]:
        """When each stage was entered, the last time where a record came back to it."""
        return dict(self.stays)


@dataclass(frozen=True)
class Impossible:
    """A date of a row that cannot be: that of a stage, or "" for the record's creation. `than` is the stage that it
    contradicts, None where the date lies in the future."""

    key: str
    than: str | None
    at: datetime


@dataclass(frozen=True)
class ToldStages:
    """The stages that one row names. `dated`: when each was entered, where the row says so; `present`: where it says
    the record stands now, "" where it does not say. `created_at` dates the first stage of a new record."""

    pipeline: PipelineTerms
    dated: dict[str, datetime]
    present: str
    created_at: datetime | None

    def of_new(self, as_of: datetime) -> History:
        """The past of a record that nobody knew, the present stage last. What is undated was entered at `as_of`."""
        first, dated, created = self.pipeline.first.key, dict(self.dated), self.created_at
        present = self.present or (self._in_order(dated.items())[-1][0] if dated else first)
        at = dated.pop(present, None)
        if at is None and created and self.pipeline.stage(present).is_open:
            at = created
        later = [each for each in (at, *dated.values()) if each]
        if created and present != first and first not in dated and all(created < each for each in later):
            dated[first] = created
        at = max((at or as_of, *dated.values()))
        return (*self._in_order(dated.items()), (present, at))

    def added_to(self, known: Known, as_of: datetime, *, keeps_dates: bool = False) -> History:
        """The known past with what the row adds or corrects; nothing where it tells nothing new. With `keeps_dates` it
        only adds."""
        if not self.dated and not self.present:
            return ()
        dates, replaced = self._dates(known), self.replaced(known)
        if keeps_dates:
            corrected = {key for key, _ in replaced}
            dates, replaced = {key: at for key, at in dates.items() if key not in corrected}, []
        stays = [each for each in known.stays if each not in replaced]
        stays += [each for each in dates.items() if each not in known.stays]
        if self.present and self.present not in self.dated and known.stays[-1][0] != self.present:
            stays.append((self.present, max(as_of, *(at for _, at in stays))))
        return () if stays == list(known.stays) else tuple(self._in_order(stays))

    def replaced(self, known: Known) -> list[Stay]:
        """The known stages to which the row gives another date. A later date of the stage where the record stands now
        is its return to that stage."""
        last_stage, last_at = known.stays[-1]
        return [
            (key, known.last_of[key])
            for key, at in self._dates(known).items()
            if key in known.last_of
            and (key, at) not in known.stays
            and not (key == self.present != last_stage and at > last_at)
        ]

    def impossible(self, at: datetime, zone: ZoneInfo, known: Known | None = None) -> list[Impossible]:
        """The dates that cannot be: in the future, before the record was created, or after its end. Days of the zone
        are compared, since files often know no more."""
        created, end = self.created_at, self._end()
        dates = {**({"": created} if created else {}), **self.dated}
        found = [Impossible(key, None, moment) for key, moment in dates.items() if moment > at]
        if created:
            after = [key for key, moment in self.dated.items() if _is_later(created, moment, zone)]
            found += [Impossible("", key, created) for key in after]
        if end:
            others = {**(known.last_of if known else {}), **self.dated}
            began = [key for key in self._open_stages if key in others]
            late = [key for key in began if _is_later(others[key], self.dated[end], zone)]
            found += [Impossible(key, end, others[key]) for key in late]
        return found

    @property
    def _open_stages(self) -> list[str]:
        return [stage.key for stage in self.pipeline.stages if stage.is_open]

    def without(self, impossible: Iterable[Impossible]) -> Self:
        """The same, the dates that cannot be set aside."""
        keys = {each.key for each in impossible}
        dated = {key: at for key, at in self.dated.items() if key not in keys}
        return replace(self, dated=dated, created_at=None if "" in keys else self.created_at)

    def _end(self) -> str:
        """The dated stage in which the row ends the record's way, if any."""
        ends = [key for key in self.dated if not self.pipeline.stage(key).is_open]
        return next((key for key in ends if key == self.present), "" if self.present or not ends else ends[-1])

    def _dates(self, known: Known) -> dict[str, datetime]:
        """What the row dates, and the first stage where the record's creation dates it."""
        first, created = self.pipeline.first.key, self.created_at
        if not created or first in self.dated:
            return self.dated
        follows_creation = known.last_of.get(first, known.created_at) == known.created_at
        others = [at for key, at in (*known.stays, *self.dated.items()) if key != first]
        return {first: created, **self.dated} if follows_creation and all(created < at for at in others) else self.dated

    def _in_order(self, stays: Iterable[Stay]) -> list[Stay]:
        positions = {stage.key: stage.position for stage in self.pipeline.stages}
        return sorted(stays, key=lambda stay: (stay[1], positions[stay[0]]))


def _is_later(moment: datetime, other: datetime, zone: ZoneInfo) -> bool:
    return moment.astimezone(zone).date() > other.astimezone(zone).date()
