"""The API's door to governance: versions, change requests and their verbs, plan and apply of a whole blueprint."""

from governance.api.changes import ChangeByNumber, Changes, Edits, ImpactOfChange
from governance.api.documents import Apply, Plan
from governance.api.setup import Setup, SetupEnd
from governance.api.verbs import Approval, Publication, Rejection, Rollback, Submission, Withdrawal
from governance.api.versions import Acknowledgement, Blueprint, BlueprintText, VersionByNumber, Versions

__all__ = [
    "Acknowledgement",
    "Apply",
    "Approval",
    "Blueprint",
    "BlueprintText",
    "ChangeByNumber",
    "Changes",
    "Edits",
    "ImpactOfChange",
    "Plan",
    "Publication",
    "Rejection",
    "Rollback",
    "Setup",
    "SetupEnd",
    "Submission",
    "VersionByNumber",
    "Versions",
    "Withdrawal",
]
