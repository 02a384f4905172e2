"""The schema of rows: what cannot be stored is refused by name, what can is written as the statement reads it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from blueprint.schema import Blueprint, PipelineTerms, StageTerms
from blueprint.schema.vocabularies import RecordKind
from blueprint.typed_values import LONGEST, BadValue, column, limited_text, name_key, stored
from blueprint.typed_values import moment as read_moment
from core.people.models import Member
from core.people.permissions import may
from lifecycle.intake.batch_rows import Incoming
from lifecycle.intake.reasons import choose, choose_override
from lifecycle.intake.row_json import RowJson
from lifecycle.rules.gates import needs_reason
from lifecycle.rules.sources import Write, write_of

LONGEST_KEY = 60
CLOCKS_DIFFER = timedelta(minutes=5)  # between the caller's clock and ours
KINDS = frozenset(RecordKind.values)

# Addresses here belong to people, not to companies: they say nothing about the company a lead works for.
FREE_MAIL = frozenset(
    """gmail.com googlemail.com yahoo.com yahoo.co.uk ymail.com hotmail.com hotmail.co.uk outlook.com live.com msn.com
    icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net web.de mail.com mail.ru yandex.ru yandex.com qq.com 163.com
    126.com proton.me protonmail.com zoho.com rediffmail.com""".split()
)


@dataclass(slots=True)
class Shaped:
    """A row ready for the statement; `keys` are what it can be known by, for telling rows of one batch apart."""

    row: Incoming
    sent: RowJson
    keys: tuple[tuple[str, ...], ...]
    digest: UUID | None


def shape(
    row: Incoming, lifecycle: Blueprint, at: datetime, *, is_of_file: bool, is_first_only: bool, by: Member | None
) -> Shaped:
    """One row as the statement reads it. What it says is summed up where the first row about a record wins, and where a
    row of a file names nobody. Raises BadInput."""
    if row.kind not in KINDS:
        raise BadValue("bad_kind", "kind", "A record is a lead, an opportunity or a customer.")
    if not row.is_read:
        row = _read(row)
    core = dict(row.core)
    _created(core, at, by)
    sent: RowJson = {"line": row.line, "kind": row.kind, "system": row.system, "core": core}
    if "owner_id" in core and by is not None and not may(by, "record.assign"):
        sent["giver_id"] = str(by.pk)
    _company(core, sent)
    names_nobody = not row.external_id and not (row.kind == "lead" and core.get("email"))
    digest = _digest(core, sent, row) if is_first_only or (is_of_file and names_nobody) else None
    keys = _identity(row, sent, digest)
    _properties(row, lifecycle, sent)
    _stages(row, lifecycle, at, sent)
    if not core.get("name"):
        known_as = core.get("email") or sent.get("company_name") or sent.get("external_id")
        if not known_as and not row.record_id:
            raise BadValue("empty_row", "name", "Say at least a name, an e-mail address, a company or an id.")
        sent["fallback_name"] = (known_as or f"Unnamed {row.kind}")[:255]
    return Shaped(row, sent, keys, digest)


def _read(row: Incoming) -> Incoming:
    """The row with its values as the database keeps them. Raises BadValue."""
    places: dict[str, Any] = {
        key: limited_text(LONGEST[key])(key, getattr(row, key)) or "" for key in ("external_id", "system", "note")
    }
    return replace(
        row,
        core={key: column(key, value) for key, value in row.core.items()},
        properties={key: stored(key, value) for key, value in row.properties.items()},
        **places,
    )


def _created(core: dict[str, Any], at: datetime, by: Member | None) -> None:
    """Who may not import says when a new record came to be, and nothing about when a known one did."""
    said = core.get("created_at")
    if said and datetime.fromisoformat(said) > at + CLOCKS_DIFFER:
        raise BadValue("in_the_future", "created_at", "A record cannot have been created in the future.")
    if "created_at" in core and not (by is None or may(by, "record.import")):
        core["born_at"] = core.pop("created_at")


# --- company and identity -------------------------------------------------------------------------------------------


def _company(core: dict[str, Any], sent: RowJson) -> None:
    name, domain = core.pop("account", None), core.pop("account_domain", None)
    if domain:
        domain = re.sub(r"^(https?://)?(www\.)?", "", domain).split("/")[0]
    if name or domain:
        sent["company_name"] = name or domain
        sent["company_key"] = name_key(name or domain) or (name or domain).casefold()
    if domain:
        sent["company_domain"] = sent["sought_domain"] = domain
    mail = (core.get("email") or "").rpartition("@")[2]
    if mail and mail not in FREE_MAIL:
        sent["mail_domain"] = mail
    own = core.get("domain") or sent.get("mail_domain")
    if own and not name and not domain and own not in FREE_MAIL:
        sent["sought_domain"] = own


def _digest(core: Mapping[str, Any], sent: RowJson, row: Incoming) -> UUID:
    said = [core, sent.get("company_key"), sent.get("company_domain"), row.properties, row.stage, row.history]
    text = json.dumps(said, sort_keys=True, default=str)
    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


def _identity(row: Incoming, sent: RowJson, digest: UUID | None) -> tuple[tuple[str, ...], ...]:
    """Say which record the row means; everything it can be known by."""
    keys: list[tuple[str, ...]] = []
    if row.is_made:
        sent["is_made"] = True
    if row.is_asked_again:
        sent["is_asked_again"] = True
    if row.origin_id:
        sent["origin_id"] = str(row.origin_id)
    address = sent["core"].get("email") if row.kind == "lead" else None
    external_id = row.external_id
    if not external_id and digest and not address:
        # a row of a file that names nobody is known by what it says: the same file twice changes nothing
        external_id, sent["system"] = f"row {digest.hex}", row.system or "file"
    if external_id:
        sent["external_id"] = external_id
        keys.append(("id", sent["system"], row.kind, external_id))
    if address:
        sent["sought_email"] = address
        keys.append(("email", address))
    if row.record_id:
        sent["record_id"] = str(row.record_id)
        keys.append(("record", sent["record_id"]))
    return tuple(keys)


# --- properties -----------------------------------------------------------------------------------------------------


def _properties(row: Incoming, lifecycle: Blueprint, sent: RowJson) -> None:
    """Split by who may write: what is taken, what fills blanks, what is refused, what is cleared."""
    taken: dict[str, Any] = {}
    known = {} if row.is_made else lifecycle.properties_by_key
    for key, value in row.properties.items():
        terms = known.get(key)
        write = write_of(terms.source_rule, terms.system, row.system) if terms else Write.TAKE
        if len(key) > LONGEST_KEY:
            raise BadValue("too_long", key[:LONGEST_KEY], "The name of this property is too long.")
        if write is Write.TAKE and value is not None:
            taken[key] = value
        elif write is Write.TAKE:
            sent.setdefault("cleared_keys", []).append(key)
        elif write is Write.FILL and value is not None:
            sent.setdefault("filling_properties", {})[key] = value
        else:
            sent.setdefault("refused_properties", {})[key] = value
    if taken:
        sent["new_properties"] = taken


# --- stages ---------------------------------------------------------------------------------------------------------


def _stages(row: Incoming, lifecycle: Blueprint, at: datetime, sent: RowJson) -> None:
    try:
        home = lifecycle.pipeline(row.pipeline) if row.pipeline else lifecycle.pipeline_for(row.kind)
    except KeyError:
        raise BadValue("unknown_pipeline", "pipeline", f"There is no pipeline “{row.pipeline or row.kind}”.") from None
    if home.record_kind != row.kind:
        raise BadValue("unknown_pipeline", "pipeline", f"{home.label} is not a pipeline of a {row.kind}.")
    sent["usual_pipeline_id"] = home_id = str(home.id)
    if row.pipeline or row.history:
        sent["asked_pipeline_id"] = home_id
    if row.history:
        _history(row, home, at, sent)
    elif row.stage:
        kindred = (stage for each in lifecycle.pipelines if each.record_kind == row.kind for stage in each.stages)
        stages = [stage for stage in kindred if stage.key == row.stage]
        if not stages:
            raise BadValue("unknown_stage", "stage", f"There is no stage “{row.stage[:60]}” for a {row.kind}.")
        sent["asked_stage"] = row.stage
        _reason(row, stages, sent, lifecycle)
    elif row.reason_key or row.note or row.is_override:
        raise BadValue("stage_needed", "stage", "A reason, a note and an override belong to a move: name the stage.")


def _reason(row: Incoming, stages: list[StageTerms], sent: RowJson, lifecycle: Blueprint) -> None:
    """Why one of the stages is entered, of those that the row may mean."""
    if row.is_override:
        sent["kept_reason"] = choose_override(lifecycle, row.reason_key, row.note).key
    elif row.reason_key:
        sent["loss_reason"] = choose(lifecycle, "loss", row.reason_key, row.note).key
        if any(needs_reason(stage) for stage in stages):
            sent["kept_reason"] = sent["loss_reason"]
    if row.note:
        sent["note"] = row.note


def _history(row: Incoming, home: PipelineTerms, at: datetime, sent: RowJson) -> None:
    stages, moments, before = [], [], None
    for key, moment in row.history:
        try:
            stages.append(str(home.stage(key).id))
        except KeyError:
            raise BadValue("unknown_stage", "stage", f"{home.label} has no stage “{key[:60]}”.") from None
        moments.append(read_moment("history", moment))
        if before and moment < before:
            raise BadValue("bad_history", "history", "The dates of the stages do not follow each other.")
        before = moment
    if before and before > at:
        raise BadValue("bad_history", "history", "A stage cannot have been entered in the future.")
    sent["history_stages"], sent["history_moments"] = stages, moments
