"""API of people and teams, below /api/v1/w/<workspace>/."""

from django.urls import path

from core.people import api

app_name = "workspaces_api"
urlpatterns = [
    path("me", api.Me.as_view(), name="me"),
    path("workspace", api.OneWorkspace.as_view(), name="workspace"),
    path("security-events", api.SecurityEvents.as_view(), name="security_events"),
    path("people", api.People.as_view(), name="people"),
    path("people/<uuid:member_id>", api.OneMember.as_view(), name="member"),
    path("people/<uuid:member_id>/makings", api.Makings.as_view(), name="makings"),
    path("people/<uuid:member_id>/deactivation", api.Deactivation.as_view(), name="deactivation"),
    path("people/<uuid:member_id>/time-off", api.Absences.as_view(), name="absences"),
    path("people/<uuid:member_id>/time-off/<uuid:absence_id>", api.OneAbsence.as_view(), name="absence"),
    path("teams", api.Teams.as_view(), name="teams"),
    path("teams/<slug:key>", api.OneTeam.as_view(), name="team"),
    path("teams/<slug:key>/seats/<uuid:member_id>", api.OneSeat.as_view(), name="seat"),
    path("invitations", api.Invitations.as_view(), name="invitations"),
    path("invitations/<uuid:invitation_id>/revocation", api.Revocation.as_view(), name="revocation"),
    path("invitations/<uuid:invitation_id>/renewal", api.Renewal.as_view(), name="renewal"),
]
