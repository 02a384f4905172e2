"""API of handoffs, below /api/v1/w/<workspace>/."""

from django.urls import path

from handoffs.api import leaving as leaving_api
from handoffs.api import limbo as limbo_api
from handoffs.api import views as api

app_name = "handoffs_api"
urlpatterns = [
    path("handoffs", api.Handoffs.as_view(), name="handoffs"),
    path("handoffs/<int:number>", api.HandoffByNumber.as_view(), name="handoff"),
    path("handoffs/<int:number>/acceptance", api.Acceptance.as_view(), name="acceptance"),
    path("handoffs/<int:number>/rejection", api.Rejection.as_view(), name="rejection"),
    path("handoffs/<int:number>/recall", api.Recall.as_view(), name="recall"),
    path("handoffs/<int:number>/assignment", api.Assignment.as_view(), name="assignment"),
    path("handoffs/<int:number>/packet", api.Packet.as_view(), name="packet"),
    path("records/<int:number>/path", api.PathOfRecord.as_view(), name="path"),
    path("limbo", limbo_api.LimboList.as_view(), name="limbo"),
    path("limbo/offers", limbo_api.LimboOffers.as_view(), name="limbo_offers"),
    path("routing-questions", api.RoutingQuestions.as_view(), name="routing_questions"),
    path("people/<uuid:member_id>/departure", leaving_api.Departure.as_view(), name="departure"),
    path("tasks", api.Tasks.as_view(), name="tasks"),
    path("tasks/<int:number>", api.TaskByNumber.as_view(), name="task"),
    path("tasks/<int:number>/completion", api.Completion.as_view(), name="completion"),
]
