"""API of lifecycle, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from lifecycle.api import account_views, restatement_views, views

app_name = "lifecycle_api"
router = ApiRouter()
router.register("records", views.RecordViewSet, "records")
router.register("records/<int:number>/restatements", restatement_views.RecordRestatementViewSet, "record-restatements")
router.register("records:batch", views.RecordBatchViewSet, "records-batch")
router.register("accounts", account_views.AccountViewSet, "accounts")
router.register("accounts/<int:number>/owners", account_views.AccountOwnerViewSet, "account-owners")
router.register("", views.SearchViewSet, "search")
urlpatterns = router.urls
