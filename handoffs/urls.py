"""Pages of handoffs, below /w/<workspace>/."""

from django.urls import path

from handoffs import (
    absence_views,
    capacity_views,
    departure_views,
    handoff_views,
    handover_pages,
    hours_views,
    inbox_views,
    ledger_views,
    limbo_views,
    manager_views,
    next_step_views,
    packet_file_views,
    path_views,
    pause_views,
    playbook_views,
    promise_views,
    start_views,
    task_views,
)

app_name = "handoffs"
urlpatterns = [
    path("inbox/", inbox_views.Inbox.as_view(), name="inbox"),
    path("tasks/", task_views.Tasks.as_view(), name="tasks"),
    path("tasks/new/", task_views.NewTask.as_view(), name="new_task"),
    path("tasks/<int:number>/edit/", task_views.TaskEdit.as_view(), name="edit_task"),
    path("tasks/<int:number>/snooze/", task_views.Snooze.as_view(), name="snooze"),
    path("tasks/<int:number>/completion/", task_views.Completion.as_view(), name="completion"),
    path("handoffs/", inbox_views.HandoffList.as_view(), name="handoffs"),
    path("handoffs/team/", manager_views.TeamPage.as_view(), name="team"),
    path("handoffs/team/bulk/", manager_views.BulkPage.as_view(), name="bulk"),
    path("handoffs/team/bulk/<uuid:deed_id>/undo/", manager_views.BulkUndo.as_view(), name="bulk_undo"),
    path("handoffs/team/absences/", absence_views.TeamAbsences.as_view(), name="absences"),
    path("handoffs/team/balance/", manager_views.BalancePage.as_view(), name="balance"),
    path("handoffs/<int:number>/", handoff_views.HandoffPage.as_view(), name="handoff"),
    path("handoffs/<int:number>/acceptance/", handoff_views.Acceptance.as_view(), name="acceptance"),
    *(
        path(
            f"handoffs/<int:number>/{noun}/undo/", next_step_views.AnswerUndo.as_view(state=state), name=f"undo_{state}"
        )
        for noun, state in (
            ("acceptance", "accepted"),
            ("rejection", "rejected"),
            ("recall", "recalled"),
            ("assignment", "offered"),
        )
    ),
    path("handoffs/<int:number>/touches/", next_step_views.Touches.as_view(), name="touches"),
    path("handoffs/<int:number>/rejection/", handoff_views.HandoffRejection.as_view(), name="rejection"),
    path("handoffs/<int:number>/recall/", handoff_views.Recall.as_view(), name="recall"),
    path("handoffs/<int:number>/assignment/", handoff_views.Reassignment.as_view(), name="assignment"),
    path("handoffs/<int:number>/pause/", pause_views.PauseStart.as_view(), name="pause"),
    path("handoffs/<int:number>/resumption/", pause_views.Resumption.as_view(), name="resumption"),
    path(
        "handoffs/<int:number>/packet/files/<slug:item>/",
        packet_file_views.PacketFilePage.as_view(),
        name="packet_file",
    ),
    path("handoffs/<int:number>/packet/", handoff_views.Packet.as_view(), name="packet"),
    path("promises/", promise_views.PromiseList.as_view(), name="promises"),
    path("promises/<int:number>/decision/", promise_views.PromiseDecision.as_view(), name="promise_decision"),
    path("records/<int:number>/promises/", promise_views.RecordPromises.as_view(), name="record_promises"),
    path("playbooks/", playbook_views.PlaybookList.as_view(), name="playbooks"),
    path("playbooks/<int:number>/stop/", playbook_views.PlaybookStop.as_view(), name="playbook_stop"),
    path("playbooks/<int:number>/skip/", playbook_views.PlaybookSkip.as_view(), name="playbook_skip"),
    path("records/<int:number>/playbooks/", playbook_views.RecordPlaybooks.as_view(), name="record_playbooks"),
    path("pools/<slug:key>/ledger/", ledger_views.LedgerPage.as_view(), name="ledger"),
    path("limbo/", limbo_views.LimboPage.as_view(), name="limbo"),
    path("limbo/figure/", limbo_views.LimboFigure.as_view(), name="limbo_figure"),
    path("limbo/offers/", limbo_views.LimboOffers.as_view(), name="limbo_offers"),
    path("search/questions/", path_views.QuestionsPage.as_view(), name="questions"),
    *(
        path(f"records/<int:number>/{noun}/undo/", path_views.RecordUndo.as_view(what=what), name=f"undo_{what}")
        for noun, what in (("advance", "moved"), ("owner", "owned"))
    ),
    path("records/<int:number>/path/", path_views.PathPage.as_view(), name="path"),
    path("people/<uuid:member_id>/capacity/", capacity_views.CapacityPage.as_view(), name="capacity"),
    path("people/<uuid:member_id>/departure/", departure_views.Departure.as_view(), name="departure"),
    path("people/<uuid:member_id>/handovers/", handover_pages.Handovers.as_view(), name="handovers"),
    path(
        "people/<uuid:member_id>/handovers/<uuid:plan_id>/retry/",
        handover_pages.HandoverRetry.as_view(),
        name="handover_retry",
    ),
    path(
        "people/<uuid:member_id>/handovers/<uuid:plan_id>/undo/",
        handover_pages.HandoverUndo.as_view(),
        name="handover_undo",
    ),
    path("people/<uuid:member_id>/hours/", hours_views.MemberHours.as_view(), name="member_hours"),
    path("people/teams/<slug:key>/hours/", hours_views.TeamHours.as_view(), name="team_hours"),
    path("records/<int:number>/packets/<slug:seam>/", start_views.Draft.as_view(), name="draft"),
    path("records/<int:number>/offers/", start_views.RecordOffers.as_view(), name="offers"),
]
