"""Starting a handoff by hand: across which seams a record can go from where it stands."""

from enum import StrEnum

from blueprint.schema import Blueprint, SeamTerms, StageTerms


class Way(StrEnum):
    """How a handoff is started: the record stands at the trigger, it moves there, or its next record begins there."""

    STANDS = "stands"
    MOVES = "moves"
    MAKES = "makes"


def way_to(seam: SeamTerms, here: StageTerms, blueprint: Blueprint) -> Way | None:
    """How a record in this stage comes to the seam's trigger; None where no way leads there. A next record is made by
    the side that hands over, from a record it works itself, where the trigger's pipeline may begin."""
    trigger = blueprint.stages_by_path[seam.trigger]
    if here.id == trigger.id:
        return Way.STANDS
    if here.pipeline_id == trigger.pipeline_id:
        return Way.MOVES if trigger.key in here.moves_to else None
    pipeline = blueprint.pipeline(trigger.pipeline_key)
    begins = trigger.is_entry or trigger.id == pipeline.first.id
    is_theirs = here.team == seam.from_function and here.category in ("open", "won")
    return Way.MAKES if begins and is_theirs and pipeline.purpose != "lifecycle" else None
