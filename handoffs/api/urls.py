"""API of handoffs, below /api/v1/w/<workspace>/."""

from core.http.viewsets import ApiRouter
from handoffs.api import (
    bulk,
    departures,
    handovers,
    ledgers,
    loads,
    own_hours_viewset,
    packet_file_viewset,
    person_capacity,
    playbook_calls,
    promises,
    record_undos,
    releases,
    starts,
    task_viewset,
    team_absences,
    views,
)

app_name = "handoffs_api"
router = ApiRouter()
router.register("handoffs", bulk.BulkViewSet, "handoffs_bulk")
router.register("handoffs", views.HandoffViewSet, "handoffs")
router.register("handoffs/<int:number>/packet/files", packet_file_viewset.PacketFileViewSet, "packet_files")
router.register("", views.PathViewSet, "path")
router.register("records/<int:number>", starts.StartViewSet, "starts")
router.register("records/<int:number>/packets/<slug:seam>/files", packet_file_viewset.DraftFileViewSet, "draft_files")
router.register("records/<int:number>", record_undos.RecordUndoViewSet, "record_undos")
router.register("records/<int:number>", promises.RecordPromiseViewSet, "record_promises")
router.register("playbooks", playbook_calls.PlaybookViewSet, "playbooks")
router.register("playbook-runs", playbook_calls.PlaybookRunViewSet, "playbook_runs")
router.register("records/<int:number>", playbook_calls.RecordPlaybookViewSet, "record_playbooks")
router.register("promises", promises.PromiseViewSet, "promises")
router.register("", team_absences.TeamAbsenceViewSet, "team_absences")
router.register("", loads.LoadViewSet, "load")
router.register("limbo", releases.LimboViewSet, "limbo")
router.register("people/<uuid:member_id>", person_capacity.CapacityViewSet, "capacity")
router.register("people/<uuid:member_id>", departures.DepartureViewSet, "departure")
router.register("people/<uuid:member_id>/handovers", handovers.HandoverViewSet, "handovers")
router.register("people/<uuid:member_id>", own_hours_viewset.MemberHoursViewSet, "member_hours")
router.register("teams/<slug:key>", own_hours_viewset.TeamHoursViewSet, "team_hours")
router.register("pools/<slug:key>", ledgers.LedgerViewSet, "ledger")
router.register("tasks", task_viewset.TaskViewSet, "tasks")
urlpatterns = router.urls
