"""API of imports, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from imports.api import views

app_name = "imports_api"
router = ApiRouter()
router.register("imports", views.ImportViewSet, "imports")
urlpatterns = router.urls
