"""API of scorecard, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from scorecard.api import board_views, cost_views, leak_views, rate_views, restated_views, views

app_name = "scorecard_api"
router = ApiRouter()
router.register("", views.ScorecardViewSet, "scorecard")
router.register("metrics", views.MetricViewSet, "metrics")
router.register("boards", board_views.BoardViewSet, "boards")
router.register("restatements", restated_views.RestatementViewSet, "restatements")
router.register("corrections", restated_views.CorrectionViewSet, "corrections")
router.register("rates", rate_views.RateViewSet, "rates")
router.register("costs", cost_views.CostViewSet, "costs")
router.register("", leak_views.LeakViewSet, "leaks")
urlpatterns = router.urls
