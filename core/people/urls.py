"""Pages of people and teams, below /w/<workspace>/."""

from django.urls import path

from core.people.views import invitation_pages as invitations
from core.people.views import member_pages as members
from core.people.views import sample_pages as samples
from core.people.views import team_pages as teams
from core.people.views import workspace_pages as workspaces

app_name = "workspaces"
urlpatterns = [
    path("workspaces/", workspaces.Switcher.as_view(), name="switcher"),
    path("settings/", workspaces.Settings.as_view(), name="settings"),
    path("settings/security/", workspaces.SecurityLog.as_view(), name="security_log"),
    path("sample/", samples.Sample.as_view(), name="sample"),
    path("sample/entrance/", samples.SampleEntrance.as_view(), name="sample_entrance"),
    path("sample/removal/", samples.SampleRemoval.as_view(), name="sample_removal"),
    path("people/", members.People.as_view(), name="people"),
    path("people/invite/", invitations.Invite.as_view(), name="invite"),
    path("people/invitations/", invitations.Invitations.as_view(), name="invitations"),
    path("people/invitations/<uuid:invitation_id>/renewal/", invitations.Renewal.as_view(), name="renewal"),
    path(
        "people/invitations/<uuid:invitation_id>/revocation/",
        invitations.InvitationRevocation.as_view(),
        name="revocation",
    ),
    path("people/teams/", teams.Teams.as_view(), name="teams"),
    path("people/teams/new/", teams.NewTeam.as_view(), name="new_team"),
    path("people/teams/<slug:key>/", teams.OneTeam.as_view(), name="team"),
    path("people/teams/<slug:key>/seats/", teams.Seats.as_view(), name="seats"),
    path("people/teams/<slug:key>/seats/<uuid:member_id>/", teams.OneSeat.as_view(), name="seat"),
    path("people/teams/<slug:key>/seats/<uuid:member_id>/removal/", teams.SeatRemoval.as_view(), name="seat_removal"),
    path("people/<uuid:member_id>/", members.OneMember.as_view(), name="member"),
    path("people/<uuid:member_id>/role/", members.MemberRole.as_view(), name="member_role"),
    path("people/<uuid:member_id>/deactivation/", members.Deactivation.as_view(), name="deactivation"),
    path("people/<uuid:member_id>/reactivation/", members.Reactivation.as_view(), name="reactivation"),
    path("people/<uuid:member_id>/deputy/", members.DeputyOf.as_view(), name="deputy"),
    path("people/<uuid:member_id>/time-off/", members.Absences.as_view(), name="absences"),
    path(
        "people/<uuid:member_id>/time-off/<uuid:absence_id>/removal/",
        members.AbsenceRemoval.as_view(),
        name="absence_removal",
    ),
]
