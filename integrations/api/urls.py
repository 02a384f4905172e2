"""API of integrations, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from integrations.api import slack_viewset, views

app_name = "integrations_api"
router = ApiRouter()
router.register("keys", views.KeyViewSet, "keys")
router.register("", slack_viewset.SlackViewSet, "slack")
urlpatterns = router.urls
