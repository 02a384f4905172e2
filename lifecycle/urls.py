"""Pages of records, accounts, search, below /w/<workspace>/."""

from django.urls import path

from lifecycle import account_pages, restatement_pages, views

app_name = "lifecycle"
urlpatterns = [
    path("records/", views.Records.as_view(), name="records"),
    path("records/new/", views.NewRecord.as_view(), name="new_record"),
    path("records/<int:number>/", views.RecordPage.as_view(), name="record"),
    path("records/<int:number>/edit/", views.RecordEdit.as_view(), name="edit_record"),
    path("records/<int:number>/advance/", views.Advance.as_view(), name="advance"),
    path("records/<int:number>/activities/", views.Activities.as_view(), name="activities"),
    path("records/<int:number>/owner/", views.Owner.as_view(), name="owner"),
    path(
        "records/<int:number>/restatements/",
        restatement_pages.RecordRestatements.as_view(),
        name="record_restatements",
    ),
    path("accounts/", account_pages.Accounts.as_view(), name="accounts"),
    path("accounts/<int:number>/", account_pages.AccountPage.as_view(), name="account"),
    path("accounts/<int:number>/owners/", account_pages.SideOwners.as_view(), name="account_owners"),
    path("accounts/<int:number>/parent/", account_pages.ParentCompany.as_view(), name="account_parent"),
    path("search/", views.Search.as_view(), name="search"),
]
