"""The records that deals and customers of a file came from, as its rows name them."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from imports.known_records import KNOWN
from imports.mapping_parts import Mapping as FileMapping
from imports.row_reader import FileRow
from lifecycle.models import Record

KINDS = {"opportunity": ("lead",), "customer": ("opportunity", "lead")}  # the likeliest first


def origins_of(names: Iterable[str], mapping: FileMapping) -> dict[str, UUID]:
    """By its name in the file: an e-mail address, else the id in the system that the file is of. One query for each
    kind that it may be of."""
    found: dict[str, UUID] = {}
    for kind in KINDS.get(mapping.kind, ()):
        wanted = sorted(set(names) - found.keys())
        if wanted:
            is_address = ["@" in name and kind == "lead" for name in wanted]
            rows = KNOWN.rows(
                system=mapping.system,
                kind=kind,
                lines=list(range(len(wanted))),
                ids=wanted,
                emails=[name.lower() if says else "" for name, says in zip(wanted, is_address, strict=True)],
            )
            found |= {wanted[place]: record_id for place, record_id in rows}
    return found


def other_origins(rows: Sequence[FileRow], ids: Mapping[int, UUID]) -> int:
    """How many of the rows, now records, came from another record than they say: what is known first stays. One
    query."""
    told = {ids[row.line]: row.origin_id for row in rows if row.origin_id and row.line in ids}
    known = Record.objects.filter(pk__in=told).values_list("pk", "origin_id")
    return sum(told[record_id] != origin_id for record_id, origin_id in known)
