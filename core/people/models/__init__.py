"""People and where they sit."""

from core.people.models.absences import Deputy, TimeOff
from core.people.models.counters import Counter, Limit, SweepTrouble
from core.people.models.invitations import Invitation
from core.people.models.members import Member
from core.people.models.teams import PastSeat, Team, TeamSeat
from core.people.models.users import User, UserManager
from core.people.models.workspaces import Workspace

__all__ = ["User", "UserManager", "Workspace"]
__all__ += ["Deputy", "Invitation", "Member", "PastSeat", "Team", "TeamSeat", "TimeOff"]
__all__ += ["Counter", "Limit", "SweepTrouble"]
