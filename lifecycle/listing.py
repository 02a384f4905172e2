"""Records as the API tells them: PostgreSQL writes the JSON, keyset pages keep page 2,000 as cheap as page 1."""

from collections.abc import Iterable, Mapping
from typing import Any

from blueprint.schema import Blueprint
from blueprint.schema.vocabularies import RecordKind
from core.errors import BadInput, NotFound
from core.http.paging import cut, mark_of, read_mark
from core.http.params import USUAL
from core.sql import load

FILTERS = ("kind", "stage", "pipeline", "owner", "source", "email", "external_id", "system")
MOST = 200  # touches of a record

PAGE = load("lifecycle", "record_page")
BY_NUMBER = load("lifecycle", "records_by_number")


def list_records(
    lifecycle: Blueprint, filters: Mapping[str, str], after: str = "", size: int = USUAL
) -> tuple[list[str], str]:
    """Records that match, newest first, each one already JSON, and the mark of the next page ("" when there is none).
    One query. Raises BadInput naming the filter that makes no sense."""
    after_at, after_id = read_mark(after) if after else (None, None)
    values = {**_filters(lifecycle, filters), "after_at": after_at, "after_id": after_id}
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
    told = dict(BY_NUMBER.rows(numbers=wanted))
    return [told[each] for each in wanted if each in told]


def _filters(lifecycle: Blueprint, asked: Mapping[str, str]) -> dict[str, Any]:
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


def _pipelines(lifecycle: Blueprint, given: str) -> list[str]:
    found = [str(each.id) for each in lifecycle.pipelines if each.key == given]
    if not found:
        raise BadInput(f"There is no pipeline “{given[:60]}”.", field="pipeline")
    return found


def _stages(lifecycle: Blueprint, given: str) -> list[str]:
    found = [str(each.id) for each in lifecycle.stages_by_id.values() if given in (each.path, each.key)]
    if not found:
        raise BadInput(f"There is no stage “{given[:60]}”.", field="stage")
    return found
