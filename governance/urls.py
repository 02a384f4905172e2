"""Pages of governance, below /w/<workspace>/."""

from django.urls import path

from governance.views import blueprint, changes, editing, setup

app_name = "governance"
urlpatterns = [
    path("blueprint/", blueprint.BlueprintPage.as_view(), name="blueprint"),
    path("blueprint/blueprint.yaml", blueprint.Export.as_view(), name="export"),
    path("blueprint/versions/", blueprint.Versions.as_view(), name="versions"),
    path("blueprint/versions/<int:number>/", blueprint.VersionPage.as_view(), name="version"),
    path("blueprint/versions/<int:number>/blueprint.yaml", blueprint.Export.as_view(), name="export_version"),
    path("blueprint/versions/<int:number>/acknowledgement/", blueprint.Acknowledge.as_view(), name="acknowledge"),
    path("setup/", setup.Setup.as_view(), name="setup"),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("changes/new/", changes.NewChange.as_view(), name="new_change"),
    path("changes/unreviewed/figure/", changes.UnreviewedFigure.as_view(), name="unreviewed_figure"),
    path("changes/what-if/", editing.WhatIfPage.as_view(), name="what_if"),
    path("changes/<int:number>/", changes.Change.as_view(), name="change"),
    path("changes/<int:number>/words/", changes.Words.as_view(), name="words"),
    path("changes/<int:number>/edit/<slug:what>/", editing.EditPage.as_view(), name="edit"),
    path("changes/<int:number>/retraction/", changes.Retraction.as_view(), name="retract"),
    path("changes/<int:number>/update/", changes.Update.as_view(), name="update"),
    path("changes/<int:number>/impact/", changes.ImpactPanel.as_view(), name="impact"),
    path("changes/<int:number>/submission/", changes.Submission.as_view(), name="submit"),
    path("changes/<int:number>/approval/", changes.ApproveChange.as_view(), name="approve"),
    path("changes/<int:number>/rejection/", changes.RejectChange.as_view(), name="reject"),
    path("changes/<int:number>/withdrawal/", changes.Withdrawal.as_view(), name="withdraw"),
    path("changes/<int:number>/publication/", changes.Publication.as_view(), name="publish"),
    path("changes/<int:number>/rollback/", changes.Rollback.as_view(), name="roll_back"),
    path("changes/<int:number>/repetition/", changes.Repetition.as_view(), name="repeat"),
]
