"""Records as the API tells them: PostgreSQL writes the JSON, keyset pages keep page 2,000 as cheap as page 1."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.errors import BadInput, NotFound
from core.sql import load
from lifecycle.blueprint import Lifecycle
from lifecycle.models.definitions import RecordKind

FILTERS = ("kind", "stage", "pipeline", "owner", "source", "email", "external_id", "system")
MOST, USUAL = 200, 50

PAGE = load("lifecycle", "record_page")
BY_NUMBER = load("lifecycle", "records_by_number")


@dataclass(frozen=True)
class Listed:
    """A page of records, each one already JSON, and the mark of the next page ("" when there is none)."""

    records: list[str]
    after: str

    def as_json(self, next_url: str | None) -> str:
        """The page's body."""
        return f'{{"next":{json.dumps(next_url)},"results":[{",".join(self.records)}]}}'


def list_records(lifecycle: Lifecycle, filters: Mapping[str, str], *, after: str = "", size: int = USUAL) -> Listed:
    """Records that match, newest first. One query. Raises BadInput naming the filter that makes no sense."""
    after_at, after_id = mark(after) if after else (None, None)
    values = {**_filters(lifecycle, filters), "after_at": after_at, "after_id": after_id}
    rows = PAGE.rows(size=size + 1, **values)
    more = len(rows) > size
    rows = rows[:size]
    return Listed([row[2] for row in rows], marked(rows[-1][0], rows[-1][1]) if more else "")


def record_json(number: int) -> str:
    """One record as JSON. One query. Raises NotFound."""
    found = records_json([number])
    if not found:
        raise NotFound
    return found[0]


def records_json(numbers: Iterable[int]) -> list[str]:
    """These records as JSON, in this order; those that are not there are left out. One query."""
    wanted = [each for each in numbers if 0 <= each < 2**63]
    told = dict(BY_NUMBER.rows(numbers=wanted))
    return [told[each] for each in wanted if each in told]


def _filters(lifecycle: Lifecycle, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the statement filters by; None for what was not asked."""
    kind = asked.get("kind", "")
    if kind and kind not in RecordKind.values:
        raise BadInput("A record is a lead, an opportunity or a customer.", field="kind")
    owner = asked.get("owner", "")
    values = {
        "kinds": [kind] if kind else list(RecordKind.values),
        "stages": _stages(lifecycle, asked["stage"]) if asked.get("stage") else None,
        "pipelines": _pipelines(lifecycle, asked["pipeline"]) if asked.get("pipeline") else None,
        "is_ownerless": owner == "none",
        "owner": owner.strip().lower() if owner and owner != "none" else None,
        "source": asked.get("source") or None,
        "email": asked["email"].strip().lower() if asked.get("email") else None,
        "external_id": asked.get("external_id") or None,
        "system": asked.get("system") or None,
    }
    if asked.get("system") and not asked.get("external_id"):
        raise BadInput("Name the external_id too.", field="system")
    return values


def _pipelines(lifecycle: Lifecycle, given: str) -> list[str]:
    found = [str(each.id) for each in lifecycle.pipelines if each.key == given]
    if not found:
        raise BadInput(f"There is no pipeline “{given[:60]}”.", field="pipeline")
    return found


def _stages(lifecycle: Lifecycle, given: str) -> list[str]:
    found = [str(each.id) for each in lifecycle.stages_by_id.values() if given in (each.path, each.key)]
    if not found:
        raise BadInput(f"There is no stage “{given[:60]}”.", field="stage")
    return found


def marked(at: datetime, record_id: UUID) -> str:
    """Where a page ended, as a cursor."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {record_id}".encode()).decode().rstrip("=")


def mark(given: str) -> tuple[datetime, UUID]:
    """Where the page before ended. Raises BadInput."""
    try:
        at, _, record_id = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode("ascii").partition(" ")
        moment, found = datetime.fromisoformat(at), UUID(record_id)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, found
    except (ValueError, binascii.Error, UnicodeDecodeError):
        raise BadInput("The cursor is not one of ours.", code="bad_cursor", field="cursor") from None
