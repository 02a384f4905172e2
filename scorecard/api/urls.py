"""API of scorecard, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from scorecard.api import views

app_name = "scorecard_api"
router = ApiRouter()
router.register("", views.ScorecardViewSet, "scorecard")
router.register("metrics", views.MetricViewSet, "metrics")
urlpatterns = router.urls
