"""API of lifecycle, below /api/v1/w/<workspace>/."""

from django.urls import URLPattern, URLResolver, path

from lifecycle import api

app_name = "lifecycle_api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("records", api.Records.as_view(), name="records"),
    path("records:batch", api.RecordsBatch.as_view(), name="records_batch"),
    path("records/<int:number>", api.RecordByNumber.as_view(), name="record"),
    path("records/<int:number>/advance", api.Advance.as_view(), name="advance"),
    path("records/<int:number>/activities", api.Activities.as_view(), name="activities"),
    path("records/<int:number>/timeline", api.Timeline.as_view(), name="timeline"),
    path("accounts", api.Accounts.as_view(), name="accounts"),
    path("accounts/<int:number>", api.AccountByNumber.as_view(), name="account"),
    path("search", api.Search.as_view(), name="search"),
]
