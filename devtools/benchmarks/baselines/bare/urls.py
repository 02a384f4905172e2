"""Two resources."""

from rest_framework.routers import SimpleRouter

from devtools.benchmarks.baselines.bare.views import HandoffViewSet, RecordViewSet

router = SimpleRouter(trailing_slash=False)
router.register("records", RecordViewSet, "records")
router.register("handoffs", HandoffViewSet, "handoffs")
urlpatterns = router.urls
