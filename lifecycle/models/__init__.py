"""What moves, and the definitions it moves through."""

from lifecycle.models.definitions import Pipeline, Property, ScoreModel, ScoreRule, Stage, StageMove
from lifecycle.models.history import Activity, ReplacedStay, ScoreChange, StageStay, Touchpoint
from lifecycle.models.intake import Import, ImportedId, ImportFile, Rejection
from lifecycle.models.records import Account, ExternalId, Record, SearchToken
from lifecycle.models.walks import Rescoring

__all__ = [
    "Account",
    "Activity",
    "ExternalId",
    "Import",
    "ImportFile",
    "ImportedId",
    "Pipeline",
    "Property",
    "Record",
    "Rejection",
    "ReplacedStay",
    "Rescoring",
    "ScoreChange",
    "ScoreModel",
    "ScoreRule",
    "SearchToken",
    "Stage",
    "StageMove",
    "StageStay",
    "Touchpoint",
]
