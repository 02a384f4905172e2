"""API of governance, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from governance.api import blueprints, changes

app_name = "governance_api"
router = ApiRouter()
router.register("", blueprints.BlueprintViewSet, "blueprint")
router.register("blueprint/versions", blueprints.VersionViewSet, "versions")
router.register("", blueprints.SetupViewSet, "setup")
router.register("changes", changes.ChangeViewSet, "changes")
urlpatterns = router.urls
