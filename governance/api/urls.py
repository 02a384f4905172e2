"""API of governance, below /api/v1/w/<workspace>/."""

from django.urls import path

from governance import api

app_name = "governance_api"
urlpatterns = [
    path("blueprint", api.Blueprint.as_view(), name="blueprint"),
    path("blueprint.yaml", api.BlueprintText.as_view(), name="blueprint_text"),
    path("blueprint/plan", api.Plan.as_view(), name="plan"),
    path("blueprint/apply", api.Apply.as_view(), name="apply"),
    path("blueprint/versions", api.Versions.as_view(), name="versions"),
    path("blueprint/versions/<int:number>", api.VersionByNumber.as_view(), name="version"),
    path("blueprint/versions/<int:number>/acknowledgement", api.Acknowledgement.as_view(), name="acknowledgement"),
    path("setup", api.Setup.as_view(), name="setup"),
    path("setup/end", api.SetupEnd.as_view(), name="setup_end"),
    path("changes", api.Changes.as_view(), name="changes"),
    path("changes/<int:number>", api.ChangeByNumber.as_view(), name="change"),
    path("changes/<int:number>/edits", api.Edits.as_view(), name="edits"),
    path("changes/<int:number>/impact", api.ImpactOfChange.as_view(), name="impact"),
    path("changes/<int:number>/submission", api.Submission.as_view(), name="submission"),
    path("changes/<int:number>/approval", api.Approval.as_view(), name="approval"),
    path("changes/<int:number>/rejection", api.Rejection.as_view(), name="rejection"),
    path("changes/<int:number>/withdrawal", api.Withdrawal.as_view(), name="withdrawal"),
    path("changes/<int:number>/publication", api.Publication.as_view(), name="publication"),
    path("changes/<int:number>/rollback", api.Rollback.as_view(), name="rollback"),
]
