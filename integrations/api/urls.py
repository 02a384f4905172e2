"""API of integrations, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from integrations.api import views

app_name = "integrations_api"
router = ApiRouter()
router.register("keys", views.KeyViewSet, "keys")
urlpatterns = router.urls
