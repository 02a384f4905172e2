"""Whether a playbook goes on where its record stands now."""

from blueprint.schema import PlaybookTerms, StageTerms
from blueprint.schema.vocabularies import Category, PlaybookEnd

GONE = "The playbook is no part of the blueprint any more."


def is_worked(playbook: PlaybookTerms, now: StageTerms) -> bool:
    """Whether a playbook has something to do in this stage: in an open or a won one, and where it begins."""
    return now.category in (Category.OPEN, Category.WON) or playbook.stage == now.path


def why_stopped(playbook: PlaybookTerms | None, is_where_it_began: bool, now: StageTerms) -> str:
    """Why it stops, in a sentence; "" where it goes on. One that begins in a closed stage goes on there."""
    if playbook is None:
        return GONE
    if is_where_it_began:
        return ""
    if playbook.pipeline != now.pipeline_key:
        return "The record is in another pipeline."
    if playbook.ends == PlaybookEnd.STAGE or not now.is_open:
        return f"The record is in {now.label}."
    return ""
