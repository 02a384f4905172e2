"""API of imports, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from imports.api import saved_mapping_calls, views

app_name = "imports_api"
router = ApiRouter()
router.register("imports", views.ImportViewSet, "imports")
router.register("saved-mappings", saved_mapping_calls.SavedMappingViewSet, "saved-mappings")
urlpatterns = router.urls
