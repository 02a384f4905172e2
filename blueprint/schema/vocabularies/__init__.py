"""Vocabularies of the blueprint: every closed list of words, with the label a person reads."""

from blueprint.schema.vocabularies.of_metrics import ClosingPeriod, Direction, Every, Unit
from blueprint.schema.vocabularies.of_records import (
    Category,
    Forecast,
    RecordKind,
    ScoreGroup,
    TouchDirection,
    TouchKind,
)
from blueprint.schema.vocabularies.of_seams import (
    AccountKeeping,
    Disposition,
    LadderAction,
    OpenClocks,
    PacketType,
    PlaybookEnd,
    PlaybookRole,
    PlaybookStart,
    PoolStrategy,
    ReasonPurpose,
    RoutingTarget,
    RungTarget,
    WhenAway,
)
from blueprint.schema.vocabularies.of_values import DataType, Family, SourceRule
from blueprint.schema.vocabularies.vocabulary import Vocabulary, one_of

__all__ = ["Vocabulary", "one_of"]
__all__ += ["DataType", "Family", "SourceRule"]
__all__ += ["Category", "Forecast", "RecordKind", "ScoreGroup", "TouchDirection", "TouchKind"]
__all__ += ["AccountKeeping", "Disposition", "LadderAction", "OpenClocks", "PacketType", "PoolStrategy"]
__all__ += ["ReasonPurpose", "RoutingTarget", "RungTarget", "WhenAway"]
__all__ += ["PlaybookEnd", "PlaybookRole", "PlaybookStart"]
__all__ += ["ClosingPeriod", "Direction", "Every", "Unit"]
