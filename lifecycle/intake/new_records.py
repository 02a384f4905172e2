"""The intake for a few rows that are likely new: without what only records that are here already need.

A record that was not here has no stays to close, no words to forget and nothing to compare with, and the statement
spends a third of its time on making ready for that. Rows whose record is found wait for the next wave, which asks the
whole statement. The rules are those of the same file: stretches of it are left out, none is written twice."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.sql import Piece, SqlFile
from lifecycle.intake.row_schema import Shaped

FEW = 10  # rows: of many, some are known in most calls
LEFT_OUT = {
    **dict.fromkeys(("changed_records", "left_stays", "told_stays", "after_left_stays", "kept_stays"), ""),
    **dict.fromkeys(("forgotten_words", "further_words", "events_of_known"), ""),
    "present": "cross join (select null::lifecycle_record as old) present",
    "own": "cross join (select null::text as name, null::text as domain) own",
    "past": "cross join (select null::uuid[] as stages, null::timestamptz[] as moments, false as is_testimony) past",
    "waits": "true",
    "held_then": "held.owner_id, held.team_id, case when stay.exited_at is not null then held.owner_id end, "
    "case when stay.exited_at is not null then held.team_id end, held.amount, held.currency, held.source",
}
OF_KNOWN = ("record_id", "history_stages", "origin_id", "is_asked_again", "must_stay")

# What these rows have in common, wherever the statement reads it and does not merely hand it on.
SAME = {
    "is_new": "true",
    "history_stages": "null::uuid[]",
    "history_moments": "null::timestamptz[]",
    "is_asked_again": "null::boolean",
    "must_stay": "null::boolean",
}
READ = re.compile(rf"\b(?:merged|judged|scored|opened|settled|numbered|ready)\.({'|'.join(SAME)})\b(?!,)")
OLD = re.compile(r"\((?:\w+\.)?old\)(?=\.)")


def stretches(statement: SqlFile) -> Mapping[str, SqlFile]:
    """What `LEFT_OUT` leaves out, as the file has it."""
    return {
        piece.place: replace(statement, pieces=(Piece(piece.sql),))
        for piece in statement.pieces
        if piece.place in LEFT_OUT
    }


def written_out(statement: SqlFile) -> SqlFile:
    """The statement with what all new records have in common at every place where it is read: the planner, which does
    not see it through a fence, leaves out what follows. What a version put at a place may say anything, and stays."""
    return replace(statement, pieces=tuple(each if each.is_put else _written_out(each) for each in statement.pieces))


def _written_out(piece: Piece) -> Piece:
    sql = READ.sub(lambda read: f"({SAME[read[1]]})", piece.sql)
    return replace(piece, sql=OLD.sub("(null::lifecycle_record)", sql))


def are_likely_new(rows: Sequence[Shaped]) -> bool:
    """Whether these rows, which nobody has looked up yet, are few and say nothing of a record that is here."""
    return len(rows) <= FEW and not any(row.sent.get(key) for row in rows for key in OF_KNOWN)
