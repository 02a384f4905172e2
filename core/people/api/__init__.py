"""The API's door about people, teams and invitations. The same actions as the pages."""

from core.people.api.invitations import Invitations, Renewal, Revocation
from core.people.api.people import Absences, Deactivation, Makings, OneAbsence, OneMember, People
from core.people.api.place import Me, OneWorkspace
from core.people.api.security import SecurityEvents
from core.people.api.teams import OneSeat, OneTeam, Teams

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
