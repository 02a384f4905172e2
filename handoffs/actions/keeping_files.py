"""Keeping the files of a record's packets, and letting go what no packet names any more."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Sum

from blueprint.schema import SeamTerms
from blueprint.schema.vocabularies import PacketType
from core.errors import BadInput
from core.people.models import Member
from handoffs.models import Handoff, PacketDraft, PacketFile
from handoffs.rules.files_taken import MOST_OF_PACKET, BadFile, SentFile, read_file


def keep_files(
    record_id: UUID,
    seam: SeamTerms,
    files: Mapping[str, SentFile],
    packet: Mapping[str, Any],
    *,
    by: Member,
    at: datetime,
) -> dict[str, str]:
    """Keep what was sent for items of a packet beside what it holds, in the caller's transaction, and how it names
    each. Raises BadInput naming the item."""
    if not files:
        return {}
    kept: dict[str, str] = {}
    asked = {item.key for item in seam.packet if item.type == PacketType.FILE}
    stay = [file_id for key in asked - files.keys() if (file_id := _id_in(str(packet.get(key) or "")))]
    held = PacketFile.objects.filter(pk__in=stay).aggregate(size=Sum("size"))["size"] or 0
    for key, sent in files.items():
        if key not in asked:
            raise BadInput("The packet asks for no such file.", code="unknown_item", field=key[:60])
        try:
            read = read_file(sent)
        except BadFile as bad:
            raise BadInput(str(bad), code="bad_file", field=key) from None
        held += len(read.content)
        if held > MOST_OF_PACKET:
            said = f"A packet holds at most {MOST_OF_PACKET // 2**20} MB. Take a file out first."
            raise BadInput(said, code="too_many_files", field=key)
        known = {"record_id": record_id, "item": key, "by": by, "at": at, "size": len(read.content)}
        kept[key] = PacketFile.objects.create(**vars(read), **known).reference
    return kept


def named_files(record_id: UUID | None, given: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """What was said of items that are files, as their files are named: a packet names only files that were sent for the
    item and its record. One query, none where nothing is named. Raises BadInput."""
    said = {key: given[key] for key in keys if given.get(key)}
    ids = {key: _id_in(text) for key, text in said.items()}
    found = (
        PacketFile.objects.defer("content").filter(record=record_id).in_bulk(list(filter(None, ids.values())))
        if said
        else {}
    )
    for key, file_id in ids.items():
        file = found.get(file_id)
        if file is None or file.item != key:
            raise BadInput("Send the file itself.", code="file_needed", field=key)
        said[key] = file.reference
    return said


def forget_unnamed(record_id: UUID) -> None:
    """Let go the files that no packet of the record names any more. Four queries, one where it has none."""
    kept = set(PacketFile.objects.filter(record=record_id).values_list("pk", flat=True))
    if not kept:
        return
    packets = [
        *Handoff.objects.filter(record=record_id).values_list("packet", flat=True),
        *PacketDraft.objects.filter(record=record_id).values_list("packet", flat=True),
    ]
    named = {_id_in(str(value)) for packet in packets for value in packet.values()}
    PacketFile.objects.filter(pk__in=kept - named).delete()


def file_of(handoff: Handoff, item: str) -> PacketFile:
    """The file that the packet of a handoff holds for an item. One query. Raises NotFound."""
    file_id = _id_in(str(handoff.packet.get(item) or ""))
    found: PacketFile = PacketFile.objects.one(pk=file_id, record=handoff.record_id, item=item)
    return found


def _id_in(reference: str) -> UUID | None:
    try:
        return UUID(reference.partition(" ")[0])
    except ValueError:
        return None
