"""API of handoffs, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from handoffs.api import leaving, limbo, tasks, views

app_name = "handoffs_api"
router = ApiRouter()
router.register("handoffs", views.HandoffViewSet, "handoffs")
router.register("", views.PathViewSet, "path")
router.register("limbo", limbo.LimboViewSet, "limbo")
router.register("people/<uuid:member_id>", leaving.DepartureViewSet, "departure")
router.register("tasks", tasks.TaskViewSet, "tasks")
urlpatterns = router.urls
