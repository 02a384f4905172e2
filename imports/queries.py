"""What pages and programs want to know of imports."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count

from core.people.models import Member
from core.people.permissions import permit
from imports.rejections_file import HELPERS, guarded
from lifecycle.models import Import, Rejection
from lifecycle.rules.owners import why_not_owner

NEWEST = 50
SHOWN_REJECTIONS = 100


def imports(member: Member) -> list[Import]:
    """The newest imports. One query."""
    permit(member, "record.import")
    return list(Import.objects.select_related("created_by").defer("findings", "mapping").order_by("-number")[:NEWEST])


def import_for(member: Member, number: int) -> Import:
    """By number. Raises NotFound, NotPermitted. One query."""
    permit(member, "record.import")
    found: Import = Import.objects.select_related("created_by").one(number=number)
    return found


def possible_owners() -> list[Member]:
    """Who can own a record, by name. One query."""
    people = Member.objects.filter(is_active=True, kind=Member.Kind.PERSON).order_by("name", "id")
    return [member for member in people if why_not_owner(member) is None]


def progress(job: Import, at: datetime) -> dict[str, int | None]:
    """How far an import has come, from the counters alone; `per_second` and `seconds_left` are None before there is a
    figure. No query."""
    seconds = ((job.finished_at or at) - job.started_at).total_seconds() if job.started_at else None
    rate = job.done_rows / seconds if seconds and job.done_rows else None
    return {
        "done": job.done_rows,
        "total": job.total_rows,
        "per_second": int(rate) if rate else None,
        "seconds_left": int((job.total_rows - job.done_rows) / rate) if rate and not job.finished_at else None,
        "seconds": max(1, round(seconds)) if seconds else None,
    }


def reasons(job: Import) -> list[tuple[str, int]]:
    """Rejections by reason code, the most frequent first. One query."""
    counted = Rejection.objects.filter(of=job).values("code").annotate(count=Count("id")).order_by("-count", "code")
    return [(each["code"], each["count"]) for each in counted]


def rejections(job: Import, *, after: int = 0, limit: int = SHOWN_REJECTIONS) -> list[Rejection]:
    """Kept rejections in the order of the file, from beyond a line. One query."""
    found = Rejection.objects.filter(of=job, line__gt=after).order_by("line", "id")
    return list(found[:limit])


def rejections_csv(job: Import) -> Iterator[str]:
    """Line, reason, column, detail, then the row as it stood: a file that can be corrected and uploaded again.

    The first line comes at once, the others by the thousand, in the scope that is open while they are read."""
    headers = [column["header"] for column in job.findings.get("columns", [])]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([guarded(cell) for cell in (*HELPERS, *headers)])
    yield out.getvalue()
    out.seek(0)
    out.truncate()
    found = Rejection.objects.filter(of=job).order_by("line", "id")
    for place, each in enumerate(found.iterator(chunk_size=1_000), 1):
        cells = [str(each.row.get(header, "")) for header in headers]
        if not any(cells):  # a line that could not be cut into cells
            cells = [str(cell) for cell in each.row.values()]
        writer.writerow([each.line, *(guarded(cell) for cell in (each.code, each.field, each.detail, *cells))])
        if place % 1_000 == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def corrections(job: Import) -> list[Import]:
    """The imports that brought its rejected rows back, oldest first. One query."""
    return list(Import.objects.filter(asked__corrects=job.number).only("number", "state").order_by("number"))
