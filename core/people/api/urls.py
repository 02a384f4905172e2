"""API of people and teams, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from core.people.api import sample_views, team_views, views

app_name = "workspaces_api"
router = ApiRouter()
router.register("", views.PlaceViewSet, "place")
router.register("", sample_views.SampleCompanyViewSet, "sample-company")
router.register("security-events", views.SecurityEventViewSet, "security-events")
router.register("people", views.PersonViewSet, "people")
router.register("people/<uuid:member_id>/time-off", views.TimeOffViewSet, "time-off")
router.register("teams", team_views.TeamViewSet, "teams")
router.register("teams/<slug:key>/seats", team_views.SeatViewSet, "seats")
router.register("invitations", team_views.InvitationViewSet, "invitations")
urlpatterns = router.urls
