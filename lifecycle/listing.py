"""Records as the API tells them: PostgreSQL writes the JSON, keyset pages keep page 2,000 as cheap as page 1."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from core.errors import BadInput, NotFound
from core.tenancy.scope import here
from lifecycle.blueprint import Lifecycle
from lifecycle.models.definitions import RecordKind

FILTERS = ("kind", "stage", "pipeline", "owner", "source", "email", "external_id", "system")
MOST, USUAL = 200, 50

# Each thing beside the record is looked up by its key, one by one for the few records told: cheap to plan, and the
# same whatever statistics say. `r` is a whole row of the table.
TOLD = """json_build_object(
  'number', (r).number, 'kind', (r).kind, 'name', (r).name, 'email', (r).email, 'domain', (r).domain,
  'source', (r).source,
  'account', (select json_build_object('number', a.number, 'name', a.name) from lifecycle_account a
              where a.workspace_id = %(workspace)s and a.id = (r).account_id),
  'owner', (select json_build_object('name', m.name, 'email', m.email) from workspaces_member m
            where m.workspace_id = %(workspace)s and m.id = (r).owner_id),
  'team', (select t.key from workspaces_team t where t.workspace_id = %(workspace)s and t.id = (r).team_id),
  'pipeline', (select p.key from lifecycle_pipeline p where p.workspace_id = %(workspace)s and p.id = (r).pipeline_id),
  'stage', s.key, 'stage_category', s.category, 'lifecycle_stage', s.lifecycle_stage,
  'is_testimony', exists (select from lifecycle_stagestay y where y.workspace_id = %(workspace)s
    and y.record_id = (r).id and y.exited_at is null and y.cause = 'history'),
  'opened_at', (r).opened_at, 'entered_stage_at', (r).entered_stage_at, 'score', (r).score,
  'amount', (r).amount::text, 'currency', (r).currency, 'mrr', (r).mrr::text, 'closes_on', (r).closes_on,
  'renews_on', (r).renews_on, 'last_activity_at', (r).last_activity_at,
  'origin', (select o.number from lifecycle_record o where o.workspace_id = %(workspace)s and o.id = (r).origin_id),
  'properties', (r).properties,
  'external_ids', coalesce((
     select json_agg(json_build_object('system', e.system, 'value', e.value) order by e.system, e.value)
     from (select x.system, x.value from lifecycle_externalid x
           where x.workspace_id = %(workspace)s and x.record_id = (r).id offset 0) e), '[]'),
  'created_at', (r).created_at, 'updated_at', (r).updated_at)::text"""

STAGE = """left join lateral (
  select s.key, s.category, s.lifecycle_stage from lifecycle_stage s
  where s.workspace_id = %(workspace)s and s.id = (r).stage_id limit 1
) s on true"""

# Each kind's newest through its own index, then the newest of those: no sort over all records.
PAGE = f"""
select (r).created_at, (r).id, {TOLD} from (
  select c.r from unnest(%(kinds)s) as k(kind) cross join lateral (
    select r from lifecycle_record r
    where r.workspace_id = %(workspace)s and r.kind = k.kind {{where}}
    order by r.created_at desc, r.id desc limit %(size)s
  ) c order by (c.r).created_at desc, (c.r).id desc limit %(size)s
) c {STAGE}
order by (r).created_at desc, (r).id desc
"""

SOME = f"""
select (r).number, {TOLD} from (
  select r from lifecycle_record r where r.workspace_id = %(workspace)s and {{where}} offset 0
) c {STAGE}
"""


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
    where, values = _where(lifecycle, filters)
    if after:
        where.append("(r.created_at, r.id) < (%(after_at)s, %(after_id)s)")
        values["after_at"], values["after_id"] = mark(after)
    values |= {"workspace": here(), "size": size + 1}
    sql = PAGE.replace("{where}", "".join(f" and {each}" for each in where))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
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
    with connection.cursor() as cursor:
        sql = SOME.replace("{where}", "r.number = any(%(numbers)s::bigint[])")
        cursor.execute(sql, {"workspace": here(), "numbers": wanted})
        told = dict(cursor.fetchall())
    return [told[each] for each in wanted if each in told]


def _where(lifecycle: Lifecycle, filters: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    where: list[str] = []
    kind = filters.get("kind", "")
    if kind and kind not in RecordKind.values:
        raise BadInput("A record is a lead, an opportunity or a customer.", field="kind")
    values: dict[str, Any] = {"kinds": [kind] if kind else list(RecordKind.values)}
    if stage := filters.get("stage"):
        values["stages"] = _stages(lifecycle, stage)
        where.append("r.stage_id = any(%(stages)s::uuid[])")
    if pipeline := filters.get("pipeline"):
        values["pipelines"] = [str(each.id) for each in lifecycle.pipelines if each.key == pipeline]
        if not values["pipelines"]:
            raise BadInput(f"There is no pipeline “{pipeline[:60]}”.", field="pipeline")
        where.append("r.pipeline_id = any(%(pipelines)s::uuid[])")
    if owner := filters.get("owner"):
        where.append(_owner(owner, values))
    for key in ("source", "email"):
        if given := filters.get(key):
            values[key] = given.strip().lower() if key == "email" else given
            where.append(f"r.{key} = %({key})s" + (" and r.email <> ''" if key == "email" else ""))
    if external_id := filters.get("external_id"):
        values["external_id"], values["system"] = external_id, filters.get("system", "")
        named = "select x.record_id from lifecycle_externalid x where x.workspace_id = %(workspace)s"
        system = " and x.system = %(system)s" if values["system"] else ""
        where.append(f"r.id = any(array({named} and x.value = %(external_id)s{system}))")
    elif filters.get("system"):
        raise BadInput("Name the external_id too.", field="system")
    return where, values


def _owner(owner: str, values: dict[str, Any]) -> str:
    if owner == "none":
        return "r.owner_id is null"
    values["owner"] = owner.strip().lower()
    named = "select w.id from workspaces_member w where w.workspace_id = %(workspace)s and w.email = %(owner)s"
    return f"r.owner_id = any(array({named}))"


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
