"""Writing calendars, pools, reasons and seams of a blueprint into their tables, which handoffs point at."""

from blueprint.configuration import lines_written, sync_rows
from blueprint.schema import Blueprint
from core.people.models import Member
from handoffs.models import Calendar, Pool, ReasonCode, Seam


def sync_seams(blueprint: Blueprint) -> None:
    """Write the definition tables. Only a publishing change request may."""
    owners = dict(Member.objects.exclude(email="").values_list("email", "id"))
    sync_rows(
        Calendar,
        blueprint.calendars,
        weekly=lambda calendar: calendar.weekly.model_dump(mode="json", exclude_unset=True),
    )
    sync_rows(Pool, blueprint.pools, team_key="team")
    sync_rows(ReasonCode, blueprint.reason_codes)
    sync_rows(
        Seam,
        blueprint.seams,
        acceptance_criteria=lambda seam: lines_written(seam.acceptance),
        packet=lambda seam: [item.model_dump() for item in seam.packet],
        on_accept=lambda seam: seam.on_accept.model_dump(mode="json", exclude_unset=True),
        calendar_id=lambda seam: seam.calendar_terms.id,
        owner_id=lambda seam: owners.get(seam.owner),
    )
