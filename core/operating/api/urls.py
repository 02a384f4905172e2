"""API of operating, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from core.operating.api import views

app_name = "operating_api"
router = ApiRouter()
router.register("set-aside", views.SetAsideViewSet, "set-aside")
router.register("failing-passes", views.FailingPassViewSet, "failing-passes")
urlpatterns = router.urls
