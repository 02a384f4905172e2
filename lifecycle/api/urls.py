"""API of lifecycle, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from lifecycle.api import accounts, batches, views

app_name = "lifecycle_api"
router = ApiRouter()
router.register("records", views.RecordViewSet, "records")
router.register("records:batch", batches.RecordBatchViewSet, "records-batch")
router.register("accounts", accounts.AccountViewSet, "accounts")
router.register("", views.SearchViewSet, "search")
urlpatterns = router.urls
