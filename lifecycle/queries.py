"""What pages, the API and the higher apps want to know about records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from blueprint.schema import PipelineTerms, StageTerms
from core.history.models import Event
from core.http.paging import beyond, cut, mark_of
from core.sql import Fragment, SqlFile, load
from core.tenancy.scope import here
from lifecycle.models import Account, ExternalId, Record, Rescoring, StageStay

MOST_WORDS = 8
JOURNEY = load("lifecycle", "journey")
WITH_WORDS = load("lifecycle", "records_with_words")
WITH_WORD = load("lifecycle", "parts/records_with_word")
WITH_RARE_WORD = load("lifecycle", "records_with_rare_word")
HAS_WORD = load("lifecycle", "parts/record_has_word")
COUNT_OF_WORDS = load("lifecycle", "count_of_words")
LONGER_THAN_USUAL = load("lifecycle", "longer_than_usual")
MOST_BEFORE, FEWEST_BEFORE = 200, 20  # so many stays say what is usual in a stage; fewer than the second say nothing
MOST_RARE = 2_000  # entries of a word, up to which whoever holds it is asked for the others one by one


@dataclass(frozen=True)
class JourneyStep:
    """One stage on a record's path: passed, current or ahead, with the stays it spent there."""

    stage: StageTerms
    state: str
    stays: tuple[StageStay, ...]


@dataclass(frozen=True)
class Usual:
    """How long nine of ten stayed, of the `counted` that came to a record's stage before it."""

    length: timedelta
    counted: int


def longer_than_usual(records: Sequence[UUID], at: datetime) -> dict[UUID, Usual]:
    """Those of the records that are in their stage for longer than usual. One query."""
    found = LONGER_THAN_USUAL.rows(records=list(records), at=at, most=MOST_BEFORE, fewest=FEWEST_BEFORE)
    return {record: Usual(length, counted) for record, length, counted in found}


def record_for(number: int) -> Record:
    """One record by its number, with what its page shows. One query. Raises NotFound."""
    shown = ("stage", "pipeline", "owner", "team", "account", "origin")
    found: Record = Record.objects.select_related(*shown).one(number=number)
    return found


def record_numbered(number: int) -> Record:
    """One record by its number, by itself. One query. Raises NotFound."""
    found: Record = Record.objects.one(number=number)
    return found


def account_for(number: int) -> Account:
    """One account by its number, with its `record_count`. One query. Raises NotFound."""
    found: Account = _accounts().one(number=number)
    return found


def _accounts() -> Any:
    """Records are counted for the companies that are shown: joined and grouped, all of them would be."""
    own = Record.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(number=Count("pk"))
    return Account.objects.select_related("owner").annotate(record_count=Coalesce(Subquery(own.values("number")), 0))


def timeline_page(record: Record, after: str, size: int) -> tuple[list[Event], str]:
    """One page of what happened to a record, newest first, and the mark of the next. One query."""
    events = beyond(Event.objects.filter(record_id=record.pk).select_related("actor"), "at", after)
    return cut(list(events.order_by("-at", "-id")[: size + 1]), size, lambda event: mark_of(event.pk, event.at))


def account_page(domain: str, after: str, size: int) -> tuple[list[Account], str]:
    """One page of companies by name, each with its `record_count`; the mark is the name. One query."""
    found = _accounts().order_by("name_key")
    if domain:
        found = found.filter(domain=domain.lower())
    if after:
        found = found.filter(name_key__gt=after)
    return cut(list(found[: size + 1]), size, lambda account: account.name_key)


def journey(record: Record) -> list[Record]:
    """The chain from the first record to the last: lead → opportunity → customer → expansion. One query."""
    found = Record.objects.select_related("stage", "owner").raw(
        JOURNEY.text, {"workspace": here(), "record": record.pk}
    )
    return sorted(found, key=lambda each: (each.opened_at, each.number))


def walk_of(version: int) -> Rescoring | None:
    """How far open records have been asked anew since that version was published. One query."""
    walks = Rescoring.objects.filter(cause=Rescoring.Cause.PUBLISHED, blueprint_version=version)
    return walks.order_by("-started_at").first()


def path_of(record: Record, pipeline: PipelineTerms) -> list[JourneyStep]:
    """The stages of the record's pipeline with the stays it made in each. One query."""
    stays: dict[UUID, list[StageStay]] = {}
    for stay in record.stays.filter(pipeline_id=pipeline.id).order_by("entered_at"):
        stays.setdefault(stay.stage_id, []).append(stay)
    return [
        JourneyStep(
            stage,
            "current" if stage.id == record.stage_id else "passed" if stage.id in stays else "ahead",
            tuple(stays.get(stage.id, ())),
        )
        for stage in pipeline.stages
        if stage.is_open or stage.category == "won" or stage.id in stays
    ]


def timeline(records: Iterable[Record], limit: int = 200) -> list[Event]:
    """Everything that ever happened to these records, newest first. One query."""
    ids = [record.pk for record in records]
    return list(Event.objects.filter(record_id__in=ids).select_related("actor").order_by("-at", "-id")[:limit])


def external_ids(record: Record) -> list[ExternalId]:
    """How other systems name it. One query."""
    return list(record.external_ids.order_by("system", "value"))


def search(text: str, limit: int = 30) -> Sequence[Record]:
    """Records that hold every word (or begin of a word) of the text; `#12` finds number 12. Two queries, three for
    several words."""
    found = ids_with_words(text, limit)
    wanted = Q(pk__in=found)
    digits = text.strip().lstrip("#")
    if digits.isdecimal() and len(digits) < 18:
        wanted |= Q(number=int(digits))
    return list(
        Record.objects.filter(wanted).select_related("stage", "owner", "account").order_by("-created_at")[:limit]
    )


def words_of(text: str) -> list[str]:
    """The words a text is searched by: lower case, letters and digits; at most eight."""
    return "".join(each if each.isalnum() else " " for each in text.lower()).split()[:MOST_WORDS]


def ids_with_words(text: str, limit: int) -> list[UUID]:
    """Records holding every word as a prefix: one btree range per word, which row security leaves fast. One query for a
    word, two for several: the first looks for a rare one to begin with."""
    words = _rarest_first(words_of(text))
    if not words:
        return []
    found = _with_rare_word(words) if len(words) > 1 and words[0].is_rare else _with_words(words)
    return [row[0] for row in found.rows(workspace=here(), most=limit)]


@dataclass(frozen=True)
class SoughtWord:
    """A range of words from the one that is sought; `entries` is counted up to one more than `MOST_RARE`."""

    first: str
    last: str
    entries: int = 0

    @property
    def is_rare(self) -> bool:
        return self.entries <= MOST_RARE

    def within(self, part: SqlFile, place: int) -> SqlFile:
        """A part with the range written into it, as one of several."""
        first, last = f"first_{place}", f"last_{place}"
        return part.fill(
            first=Fragment(f"%({first})s", {first: self.first}), last=Fragment(f"%({last})s", {last: self.last})
        )


def _rarest_first(words: list[str]) -> list[SoughtWord]:
    sought = [SoughtWord(word[:60], word[:59] + "\U0010ffff") for word in words]
    if len(sought) < 2:
        return sought
    firsts, lasts = [each.first for each in sought], [each.last for each in sought]
    counts = COUNT_OF_WORDS.rows(firsts=firsts, lasts=lasts, most=MOST_RARE + 1)
    counted = [replace(each, entries=entries) for each, (entries,) in zip(sought, counts, strict=True)]
    return sorted(counted, key=lambda each: each.entries)


def _with_rare_word(words: list[SoughtWord]) -> SqlFile:
    others = [_draft(word.within(HAS_WORD, place)) for place, word in enumerate(words[1:], 1)]
    each = [Fragment(f"exists ({other.sql})", other.values) for other in others]
    return WITH_RARE_WORD.fill(rare=words[0].within(WITH_WORD, 0), others=Fragment.joined(" and ", each))


def _with_words(words: list[SoughtWord]) -> SqlFile:
    matches = [_draft(word.within(WITH_WORD, place)) for place, word in enumerate(words)]
    return WITH_WORDS.fill(matches=Fragment.joined(" intersect ", matches))


def _draft(part: SqlFile) -> Fragment:
    return Fragment(part.draft, part.values)
