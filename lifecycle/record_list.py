"""Lists of records: one filter for the page and for programs, keyset pages that keep page 2,000 as cheap as page 1.

The page reads rows; for programs PostgreSQL writes the JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Self
from uuid import UUID

from django.db.models import Q

from blueprint.schema import Blueprint
from blueprint.schema.vocabularies import RecordKind
from core.bounds import whole
from core.errors import BadInput, NotFound
from core.http.paging import cut, mark_of, newest_page, read_mark
from core.http.params import USUAL
from core.sql import load
from lifecycle.models import Record
from lifecycle.word_search import with_words

FILTERS = ("kind", "stage", "pipeline", "owner", "source", "email", "external_id", "system")
PAGE_FILTERS = ("kind", "stage", "owner", "source", "account", "q")
MOST_FOUND = 1_000  # records with the words of a search, of which a page is cut

PAGE = load("lifecycle", "record_page")
BY_NUMBER = load("lifecycle", "records_by_number")


@dataclass(frozen=True)
class RecordFilter:
    """Which records a list shows; None for what was not asked."""

    kinds: list[str]
    stages: list[str] | None
    pipelines: list[str] | None
    is_ownerless: bool
    owner: str | None
    source: str | None
    email: str | None
    external_id: str | None
    system: str | None

    @classmethod
    def of(cls, lifecycle: Blueprint, asked: Mapping[str, str]) -> Self:
        """As a query asks for it: `stage` by key or `pipeline/key`, `owner` by name or `none`. Raises BadInput naming
        the filter that makes no sense."""
        given = {key: text.strip() or None for key, text in asked.items()}
        kind, stage, pipeline, owner = (given.get(key) for key in ("kind", "stage", "pipeline", "owner"))
        if kind and kind not in RecordKind.values:
            raise BadInput("A record is a lead, an opportunity or a customer.", field="kind")
        if given.get("system") and not given.get("external_id"):
            raise BadInput("Name the external_id too.", field="system")
        stages = [str(each.id) for each in lifecycle.stages_by_id.values() if stage in (each.path, each.key)]
        pipelines = [str(each.id) for each in lifecycle.pipelines if each.key == pipeline]
        for key, word, found in (("stage", stage, stages), ("pipeline", pipeline, pipelines)):
            if word and not found:
                raise BadInput(f"There is no {key} “{word[:60]}”.", field=key)
        return cls(
            kinds=[kind] if kind else list(RecordKind.values),
            stages=stages if stage else None,
            pipelines=pipelines if pipeline else None,
            is_ownerless=owner == "none",
            owner=owner.lower() if owner and owner != "none" else None,
            source=given.get("source"),
            email=(given.get("email") or "").lower() or None,
            external_id=given.get("external_id"),
            system=given.get("system"),
        )


def page_matching(lifecycle: Blueprint, asked: Mapping[str, str], after: str) -> tuple[list[Record], str, bool]:
    """One page of the records that the page of records asks for (`PAGE_FILTERS`; its `owner` is a member's id), newest
    first, the mark of the next ("" when there is none), and whether more of them hold the words that are sought than
    are looked at. One query, two where a word is sought, three for several. Raises BadInput."""
    wanted = RecordFilter.of(lifecycle, {key: asked.get(key, "") for key in ("kind", "stage", "owner", "source")})
    found = Record.objects.select_related("stage", "owner", "account")
    if wanted.is_ownerless:
        found = found.filter(owner__isnull=True)
    elif wanted.owner:
        found = found.filter(owner_id=_id(wanted.owner))
    if wanted.source:
        found = found.filter(source=wanted.source).exclude(source="")
    if account := asked.get("account"):
        found = found.filter(account__number=whole(account, "account"))
    places = [Q()] if wanted.stages is None else [Q(stage_id=stage) for stage in wanted.stages]
    parts = [Q(kind=kind) & place for kind in wanted.kinds for place in places]
    is_cut = False
    if words := asked.get("q", "").strip():
        holders = with_words(words, MOST_FOUND)
        is_cut = holders.is_cut or len(holders.ids) == MOST_FOUND
        parts = [Q(pk__in=holders.ids) & reduce(or_, parts)]  # so few are asked at once
    return *newest_page(found, "created_at", after, each=parts), is_cut


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("This is not an id.", field="owner") from None


def list_records(
    lifecycle: Blueprint, filters: Mapping[str, str], after: str = "", size: int = USUAL
) -> tuple[list[str], str]:
    """Records that match, newest first, each one already JSON, and the mark of the next page ("" when there is none).
    One query. Raises BadInput naming the filter that makes no sense."""
    after_at, after_id = read_mark(after) if after else (None, None)
    values = {**vars(RecordFilter.of(lifecycle, filters)), "after_at": after_at, "after_id": after_id}
    rows, following = cut(PAGE.rows(size=size + 1, **values), size, lambda row: mark_of(row[1], row[0]))
    return [record for *_, record in rows], following


def record_json(number: int) -> str:
    """One record as JSON. One query. Raises NotFound."""
    found = records_json([number])
    if not found:
        raise NotFound
    return found[0]


def records_json(numbers: Iterable[int]) -> list[str]:
    """These records as JSON, in this order; those that are not there are left out. One query."""
    wanted = [each for each in numbers if 0 <= each < 2**63]
    told: dict[int, Any] = dict(BY_NUMBER.rows(numbers=wanted))
    return [told[each] for each in wanted if each in told]
