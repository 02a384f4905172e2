"""Two resources and a page."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from devtools.benchmarks.baselines.bare.views import HandoffViewSet, Inbox, RecordViewSet

router = SimpleRouter(trailing_slash=False)
router.register("records", RecordViewSet, "records")
router.register("handoffs", HandoffViewSet, "handoffs")
urlpatterns = [*router.urls, path("inbox", Inbox.as_view())]
