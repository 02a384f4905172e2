"""The rows of a blueprint's calendars, pools, reasons and seams, which handoffs point at."""

from blueprint.configuration import Rows, lines_written, rows_of
from blueprint.schema import Blueprint
from core.people.models import Member
from handoffs.models import Calendar, Pool, ReasonCode, Seam

PACKET_COLUMNS = {"key", "label", "required"}  # what the row says of an item; how it is answered is in the document


def rows_of_seams(blueprint: Blueprint) -> list[Rows]:
    """For the tables of calendars, pools, reasons and seams."""
    owners = dict(Member.objects.exclude(email="").values_list("email", "id"))
    return [
        rows_of(
            Calendar,
            blueprint.calendars,
            weekly=lambda calendar: calendar.weekly.model_dump(mode="json", exclude_unset=True),
        ),
        rows_of(Pool, blueprint.pools, team_key="team"),
        rows_of(ReasonCode, blueprint.reason_codes),
        rows_of(
            Seam,
            blueprint.seams,
            acceptance_criteria=lambda seam: lines_written(seam.acceptance),
            packet=lambda seam: [item.model_dump(include=PACKET_COLUMNS) for item in seam.packet],
            on_accept=lambda seam: seam.on_accept.model_dump(mode="json", exclude_unset=True),
            calendar_id=lambda seam: seam.calendar_terms.id,
            owner_id=lambda seam: owners.get(seam.owner),
        ),
    ]
