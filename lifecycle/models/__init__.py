"""What moves, and the definitions it moves through."""

from lifecycle.models.definitions import Pipeline, Stage
from lifecycle.models.files import Import, ImportFile, Rejection, SavedMapping, StagedRows
from lifecycle.models.history import Activity, ReplacedStay, ScoreChange, StageStay, StayChange, Touchpoint
from lifecycle.models.records import Account, ExternalId, Record, SearchToken
from lifecycle.models.restatements import Restatement
from lifecycle.models.sides_of_accounts import AccountOwner
from lifecycle.models.undos import ImportUndo, UndoItem
from lifecycle.models.walks import Rescoring

__all__ = [
    "Account",
    "AccountOwner",
    "Activity",
    "ExternalId",
    "Import",
    "ImportFile",
    "ImportUndo",
    "Pipeline",
    "Record",
    "Rejection",
    "ReplacedStay",
    "Rescoring",
    "Restatement",
    "SavedMapping",
    "ScoreChange",
    "SearchToken",
    "Stage",
    "StageStay",
    "StagedRows",
    "StayChange",
    "Touchpoint",
    "UndoItem",
]
