"""The shape of rows: what cannot be stored is refused here by name, what can is written as the statement reads it."""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.errors import BadInput
from core.people.models import Member
from core.people.permissions import may
from lifecycle.blueprint import Lifecycle, PipelineTerms, StageTerms
from lifecycle.intake.reasons import Reasons, choose, choose_override
from lifecycle.intake.rows import CORE_KEYS, Incoming, Refused
from lifecycle.models.definitions import RecordKind
from lifecycle.rules.gates import needs_reason
from lifecycle.rules.sources import Write, write_of

LONGEST = dict.fromkeys(("name", "domain", "account", "account_domain"), 255) | {
    "email": 254,
    "source": 120,
    "currency": 3,
}
LONGEST_PROPERTY = 5_000
LONGEST_ID, LONGEST_SYSTEM, LONGEST_KEY = 200, 60, 60
LONGEST_NOTE = 2_000
MOST_MONEY = Decimal(10) ** 14  # numeric(16, 2)
MOST_NUMBER = 10**18
FIRST_YEAR, LAST_YEAR = 1900, 2200
CLOCKS_DIFFER = timedelta(minutes=5)  # between the caller's clock and ours
KINDS = frozenset(RecordKind.values)

# Addresses here belong to people, not to companies: they say nothing about the company a lead works for.
FREE_MAIL = frozenset(
    """gmail.com googlemail.com yahoo.com yahoo.co.uk ymail.com hotmail.com hotmail.co.uk outlook.com live.com msn.com
    icloud.com me.com mac.com aol.com gmx.com gmx.de gmx.net web.de mail.com mail.ru yandex.ru yandex.com qq.com 163.com
    126.com proton.me protonmail.com zoho.com rediffmail.com""".split()
)


class BadValue(ValueError):
    """A value that cannot be stored: which field, and why."""

    def __init__(self, code: str, field: str, detail: str) -> None:
        self.code, self.field, self.detail = code, field, detail
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A row ready for the statement; `keys` are what it can be known by, for telling rows of one batch apart."""

    row: Incoming
    sent: dict[str, Any]
    keys: tuple[tuple[str, ...], ...]
    digest: UUID | None


def shape(
    row: Incoming, lifecycle: Lifecycle, at: datetime, *, is_imported: bool, reasons: Reasons, by: Member | None
) -> Shaped | Refused:
    """One row as the statement reads it, or its refusal. `reasons` explain losses and overrides. Who
    may not import says when a new record came to be, and nothing about when a known one did."""
    try:
        return _shape(row, lifecycle, at, is_imported, reasons, by)
    except BadValue as bad:
        return Refused(row.line, bad.code, bad.field, bad.detail, row.raw)


def _shape(
    row: Incoming, lifecycle: Lifecycle, at: datetime, is_imported: bool, reasons: Reasons, by: Member | None
) -> Shaped:
    if row.kind not in KINDS:
        raise BadValue("bad_kind", "kind", "A record is a lead, an opportunity or a customer.")
    core = _core(row.core)
    _created(row, core, at, by)
    sent: dict[str, Any] = {"ln": row.line, "k": row.kind, "c": core}
    if "owner_id" in core and by is not None and not may(by, "record.assign"):
        sent["gi"] = str(by.pk)  # who gives: only what nobody has, and their own
    _company(core, sent)
    digest = _digest(core, sent, row) if is_imported else None
    _identity(row, core, sent, digest)
    _properties(row, lifecycle, sent)
    _stages(row, lifecycle, at, sent, reasons)
    if not (core.get("name") or core.get("email") or sent.keys() & {"x", "an", "rid"}):
        raise BadValue("empty_row", "name", "Say at least a name, an e-mail address, a company or an id.")
    if not core.get("name"):
        sent["fb"] = (core.get("email") or sent.get("an") or sent.get("x") or f"Unnamed {row.kind}")[:255]
    keys: list[tuple[str, ...]] = []
    if "x" in sent:
        keys.append(("id", sent["s"], row.kind, sent["x"]))
    if "em" in sent:
        keys.append(("email", sent["em"]))
    if "rid" in sent:
        keys.append(("record", sent["rid"]))
    return Shaped(row, sent, tuple(keys), digest)


# --- core columns ---------------------------------------------------------------------------------------------------


def _core(given: Mapping[str, Any]) -> dict[str, Any]:
    core = {}
    for key, value in given.items():
        if key not in CORE_KEYS:
            raise BadValue("unknown_field", key, f"There is no field called “{key}”.")
        core[key] = _blank_or(key, value)
    return core


def _created(row: Incoming, core: dict[str, Any], at: datetime, by: Member | None) -> None:
    said = row.core.get("created_at")
    if isinstance(said, datetime) and (said if said.tzinfo else said.replace(tzinfo=UTC)) > at + CLOCKS_DIFFER:
        raise BadValue("in_the_future", "created_at", "A record cannot have been created in the future.")
    if "created_at" in core and not (by is None or may(by, "record.import")):
        core["born_at"] = core.pop("created_at")


def _blank_or(key: str, value: Any) -> Any:
    if value is None or value == "":
        return None
    if key in ("amount", "mrr"):
        return _money(key, value)
    if key in ("closes_on", "renews_on"):
        return _day(key, value)
    if key == "created_at":
        return _moment(key, value)
    if key == "owner_id":
        return str(value)
    text = _text(key, value, LONGEST[key]).strip()
    if key in ("email", "domain", "account_domain"):
        return text.lower() or None
    return (text.upper() if key == "currency" else text) or None


def _text(field: str, value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise BadValue("wrong_type", field, "This must be text.")
    if len(value) > longest:
        raise BadValue("too_long", field, f"At most {longest:,} characters fit here; this has {len(value):,}.")
    if not value.isprintable() and ("\x00" in value or any("\ud800" <= each <= "\udfff" for each in value)):
        raise BadValue("bad_text", field, "Text may not hold NUL or half of a surrogate pair.")
    return value


def _money(field: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValue("wrong_type", field, "This must be a number.")
    if isinstance(value, float) and not math.isfinite(value) or isinstance(value, Decimal) and not value.is_finite():
        raise BadValue("bad_number", field, "This must be a finite number.")
    amount = Decimal(str(value))
    if abs(amount) >= MOST_MONEY - 1:
        raise BadValue("too_large", field, "This amount is too large.")
    return str(amount)


def _day(field: str, value: Any) -> str:
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        raise BadValue("wrong_type", field, "This must be a date.")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadValue("bad_date", field, f"The year {value.year} is not believable.")
    return value.isoformat()


def _moment(field: str, value: Any) -> str:
    if not isinstance(value, datetime):
        raise BadValue("wrong_type", field, "This must be a date with its time.")
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadValue("bad_date", field, f"The year {value.year} is not believable.")
    return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


# --- company and identity -------------------------------------------------------------------------------------------


def name_key(name: str) -> str:
    """What names are compared by: letters and digits, small. “GTX Pro” and “GTXPro” are one."""
    return "".join(each for each in name.casefold() if each.isalnum())[:255]


def _company(core: dict[str, Any], sent: dict[str, Any]) -> None:
    name, domain = core.pop("account", None), core.pop("account_domain", None)
    if domain:
        domain = re.sub(r"^(https?://)?(www\.)?", "", domain).split("/")[0]
    if name or domain:
        sent["an"] = name or domain
        sent["ak"] = name_key(name or domain) or (name or domain).casefold()
    if domain:
        sent["ad"] = sent["dm"] = domain
    mail = (core.get("email") or "").rpartition("@")[2]
    if mail and mail not in FREE_MAIL:
        sent["dd"] = mail
    own = core.get("domain") or sent.get("dd")
    if own and not name and not domain and own not in FREE_MAIL:
        sent["dm"] = own


def _digest(core: Mapping[str, Any], sent: Mapping[str, Any], row: Incoming) -> UUID:
    said = [core, sent.get("ak"), sent.get("ad"), row.properties, row.stage, row.history]
    text = json.dumps(said, sort_keys=True, default=str)
    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())


def _identity(row: Incoming, core: Mapping[str, Any], sent: dict[str, Any], digest: UUID | None) -> None:
    if row.record_id:
        sent["rid"] = str(row.record_id)
    if row.origin_id:
        sent["o"] = str(row.origin_id)
    if row.is_made:
        sent["mk"] = True
    if row.is_asked_again:
        sent["y"] = True
    if row.kind == "lead" and core.get("email"):
        sent["em"] = core["email"]
    external_id = _text("external_id", row.external_id, LONGEST_ID).strip()
    sent["s"] = _text("system", row.system, LONGEST_SYSTEM).strip()
    if not external_id and digest and "em" not in sent:
        # a row of a file that names nobody is known by what it says: the same file twice changes nothing
        external_id, sent["s"] = f"row {digest.hex}", sent["s"] or "file"
    if external_id:
        sent["x"] = external_id


# --- properties -----------------------------------------------------------------------------------------------------


def _properties(row: Incoming, lifecycle: Lifecycle, sent: dict[str, Any]) -> None:
    """Split by who may write: `p` is taken, `f` fills blanks, `g` is held back, `d` clears."""
    parts: dict[Write, dict[str, Any]] = {}
    cleared = []
    for key, value in row.properties.items():
        terms = None if row.origin_id else lifecycle.properties_by_key.get(key)
        write = write_of(terms.source_rule, terms.system_of_record, row.system) if terms else Write.TAKE
        if len(key) > LONGEST_KEY:
            raise BadValue("too_long", key[:LONGEST_KEY], "The name of this property is too long.")
        kept = _property(key, value)
        if kept is not None:
            parts.setdefault(write, {})[key] = kept
        elif write is Write.TAKE:
            cleared.append(key)
        else:
            parts.setdefault(Write.HOLD, {})[key] = None
    for name, write in (("p", Write.TAKE), ("f", Write.FILL), ("g", Write.HOLD)):
        if write in parts:
            sent[name] = parts[write]
    if cleared:
        sent["d"] = cleared


def _property(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(key, value, LONGEST_PROPERTY).strip() or None
    if isinstance(value, int | float | Decimal):
        if isinstance(value, float | Decimal) and not math.isfinite(value):
            raise BadValue("bad_number", key, "This must be a finite number.")
        if not -MOST_NUMBER < value < MOST_NUMBER:
            raise BadValue("too_large", key, "This number is too large.")
        return int(value) if value == int(value) else float(value)
    if isinstance(value, datetime):
        return _moment(key, value)
    if isinstance(value, date):
        return _day(key, value)
    raise BadValue("wrong_type", key, "This must be text, a number, a date, or yes or no.")


# --- stages ---------------------------------------------------------------------------------------------------------


def _stages(row: Incoming, lifecycle: Lifecycle, at: datetime, sent: dict[str, Any], reasons: Reasons) -> None:
    try:
        home = lifecycle.pipeline(row.pipeline) if row.pipeline else lifecycle.pipeline_for(row.kind)
    except KeyError:
        raise BadValue("unknown_pipeline", "pipeline", f"There is no pipeline “{row.pipeline or row.kind}”.") from None
    if home.record_kind != row.kind:
        raise BadValue("unknown_pipeline", "pipeline", f"{home.label} is not a pipeline of a {row.kind}.")
    if row.pipeline:
        sent["pl"] = str(home.id)
    sent["pl0"] = str(home.id)
    if row.history:
        sent["pl"] = str(home.id)
        _history(row, home, at, sent)
    elif row.stage:
        if not _has_stage(lifecycle, row):
            raise BadValue("unknown_stage", "stage", f"There is no stage “{row.stage[:60]}” for a {row.kind}.")
        sent["sk"] = row.stage
        _reason(row, lifecycle, sent, reasons)
    elif row.reason_key or row.note or row.is_override:
        raise BadValue("stage_needed", "stage", "A reason, a note and an override belong to a move: name the stage.")


def _reason(row: Incoming, lifecycle: Lifecycle, sent: dict[str, Any], reasons: Reasons) -> None:
    """Why the stage is entered: `rk` explains a loss at the gate, `kr` is kept with the stay, `nt` with the event."""
    note = _text("note", row.note, LONGEST_NOTE).strip()
    try:
        if row.is_override:
            sent["kr"] = choose_override(reasons, row.reason_key, note).key
        elif row.reason_key:
            sent["rk"] = choose(reasons, "loss", row.reason_key, note).key
            if any(needs_reason(stage) for stage in _stages_named(lifecycle, row)):
                sent["kr"] = sent["rk"]
    except BadInput as bad:
        raise BadValue(bad.code, bad.field or "", bad.detail) from None
    if note:
        sent["nt"] = note


def _has_stage(lifecycle: Lifecycle, row: Incoming) -> bool:
    return any(True for _ in _stages_named(lifecycle, row))


def _stages_named(lifecycle: Lifecycle, row: Incoming) -> Iterator[StageTerms]:
    """The stages the row may mean, in every pipeline of its kind."""
    pipelines = (each for each in lifecycle.pipelines if each.record_kind == row.kind)
    return (stage for each in pipelines for stage in each.stages if stage.key == row.stage)


def _history(row: Incoming, home: PipelineTerms, at: datetime, sent: dict[str, Any]) -> None:
    stages, moments = [], []
    before = None
    for key, moment in row.history:
        try:
            stages.append(str(home.stage(key).id))
        except KeyError:
            raise BadValue("unknown_stage", "stage", f"{home.label} has no stage “{key[:60]}”.") from None
        moments.append(_moment("history", moment))
        if before is not None and moment < before:
            raise BadValue("bad_history", "history", "The dates of the stages do not follow each other.")
        before = moment
    if before is not None and before > at:
        raise BadValue("bad_history", "history", "A stage cannot have been entered in the future.")
    sent["hs"], sent["ha"] = stages, moments
