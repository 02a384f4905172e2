"""API of notices, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from core.notices.api import views

app_name = "notices_api"
router = ApiRouter()
router.register("notices", views.NoticeViewSet, "notices")
router.register("notice-deliveries", views.NoticeDeliveryViewSet, "notice-deliveries")
urlpatterns = router.urls
