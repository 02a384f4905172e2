"""API of handoffs, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from handoffs.api import departures, ledgers, loads, promises, releases, starts, task_viewset, views

app_name = "handoffs_api"
router = ApiRouter()
router.register("handoffs", views.HandoffViewSet, "handoffs")
router.register("", views.PathViewSet, "path")
router.register("records/<int:number>", starts.StartViewSet, "starts")
router.register("records/<int:number>", promises.RecordPromiseViewSet, "record_promises")
router.register("promises", promises.PromiseViewSet, "promises")
router.register("", loads.LoadViewSet, "load")
router.register("limbo", releases.LimboViewSet, "limbo")
router.register("people/<uuid:member_id>", departures.DepartureViewSet, "departure")
router.register("pools/<slug:key>", ledgers.LedgerViewSet, "ledger")
router.register("tasks", task_viewset.TaskViewSet, "tasks")
urlpatterns = router.urls
