"""The API's door about people, teams and invitations. The same actions as the pages."""

from revops.workspaces.api.invitations import Invitations, Renewal, Revocation
from revops.workspaces.api.people import Absences, Deactivation, Makings, OneAbsence, OneMember, People
from revops.workspaces.api.place import Me, OneWorkspace
from revops.workspaces.api.security import SecurityEvents
from revops.workspaces.api.teams import OneSeat, OneTeam, Teams

__all__ = [
    "Absences",
    "Deactivation",
    "Invitations",
    "Makings",
    "Me",
    "OneAbsence",
    "OneMember",
    "OneSeat",
    "OneTeam",
    "OneWorkspace",
    "People",
    "Renewal",
    "Revocation",
    "SecurityEvents",
    "Teams",
]
