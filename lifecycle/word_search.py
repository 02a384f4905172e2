"""Records found by their words: every word of a text, or the beginning of one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from core.sql import Fragment, SqlFile, load
from core.tenancy.scope import here
from lifecycle.models import Record

MOST_WORDS = 8
SHOWN = 30
MOST_COUNTED = 20_000  # entries of a word: of two with more than that, either may lead
MOST_LOOKED_AT = 5_000  # entries of the rarest word, the newest records first

COUNT_OF_WORDS = load("lifecycle", "count_of_words")
WITH_WORDS = load("lifecycle", "records_with_words")
NEWEST_WITH_WORD = load("lifecycle", "parts/newest_records_with_word")
HAS_WORD = load("lifecycle", "parts/record_has_word")


@dataclass(frozen=True)
class SoughtWord:
    """A range of words from the one that is sought; `entries` is counted up to `MOST_COUNTED`."""

    first: str
    last: str
    entries: int = 0
    has_longer: bool = True

    def within(self, part: SqlFile, place: int, **more: str) -> Fragment:
        """A part with the range written into it, as one of several."""
        first, last = f"first_{place}", f"last_{place}"
        filled = part.fill(
            first=Fragment(f"%({first})s", {first: self.first}),
            last=Fragment(f"%({last})s", {last: self.last}),
            **more,
        )
        return filled.fragment()


@dataclass(frozen=True)
class Found:
    """Keys of records that hold every word. `is_cut`: the words are so common that only the newest records with the
    rarest were looked at, and not enough of them hold the others."""

    ids: Sequence[UUID] = ()
    is_cut: bool = False


@dataclass(frozen=True)
class FoundRecords:
    """What a search shows; `is_cut` as `Found` has it."""

    records: Sequence[Record] = ()
    is_cut: bool = False


def search(text: str, limit: int = SHOWN) -> FoundRecords:
    """Records that hold every word (or begin of a word) of the text; `#12` finds number 12. Two queries, three for
    several words."""
    if not text.strip():
        return FoundRecords()
    found = with_words(text, limit)
    wanted = Q(pk__in=found.ids)
    digits = text.strip().lstrip("#")
    if digits.isdecimal() and len(digits) < 18:
        wanted |= Q(number=int(digits))
    records = Record.objects.filter(wanted).select_related("stage", "owner", "account").order_by("-created_at")
    return FoundRecords(list(records[:limit]), found.is_cut)


def with_words(text: str, limit: int) -> Found:
    """Records holding every word as a prefix: the rarest by one btree range, which row security leaves fast, the others
    by a look-up for each record. One query for a word, two for several."""
    words = _rarest_first(words_of(text))
    if not words:
        return Found()
    rarest, *others = words
    looked_at = MOST_LOOKED_AT if others else limit
    statement = WITH_WORDS.fill(holders=rarest.within(NEWEST_WITH_WORD, 0), others=_each_held(others))
    rows = statement.rows(workspace=here(), most=limit, looked_at=looked_at)
    return Found([key for (key,) in rows], len(rows) < limit and rarest.entries > looked_at)


def words_of(text: str) -> list[str]:
    """The words a text is searched by: lower case, letters and digits; at most eight."""
    return "".join(each if each.isalnum() else " " for each in text.lower()).split()[:MOST_WORDS]


def _rarest_first(words: list[str]) -> list[SoughtWord]:
    sought = [SoughtWord(word[:60], word[:59] + "\U0010ffff") for word in words]
    if len(sought) < 2:
        return sought
    firsts, lasts = [each.first for each in sought], [each.last for each in sought]
    counts = COUNT_OF_WORDS.rows(firsts=firsts, lasts=lasts, most=MOST_COUNTED)
    counted = [
        replace(each, entries=entries, has_longer=longer)
        for each, (entries, longer) in zip(sought, counts, strict=True)
    ]
    return sorted(counted, key=lambda each: each.entries)


def _each_held(words: list[SoughtWord]) -> Fragment:
    held = [
        word.within(HAS_WORD, place, has_longer=str(word.has_longer).lower()) for place, word in enumerate(words, 1)
    ]
    return Fragment.joined(
        " and ", [Fragment("true"), *(Fragment(f"exists ({each.sql})", each.values) for each in held)]
    )
