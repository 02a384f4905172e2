"""API of scorecard, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from scorecard.api import rate_views, views

app_name = "scorecard_api"
router = ApiRouter()
router.register("", views.ScorecardViewSet, "scorecard")
router.register("metrics", views.MetricViewSet, "metrics")
router.register("rates", rate_views.RateViewSet, "rates")
urlpatterns = router.urls
