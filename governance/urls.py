"""Pages of governance, below /w/<workspace>/."""

from django.urls import path

from governance.views import (
    blueprint_pages,
    change_pages,
    part_pages,
    proof_pages,
    score_pages,
    seat_pages,
    steps_page,
    trial_pages,
    yield_pages,
)
from governance.views.change_verbs import VERBS, ChangeVerb

app_name = "governance"
urlpatterns = [
    path("blueprint/", blueprint_pages.BlueprintPage.as_view(), name="blueprint"),
    path("blueprint/blueprint.yaml", blueprint_pages.Export.as_view(), name="export"),
    path("blueprint/versions/", blueprint_pages.Versions.as_view(), name="versions"),
    path("blueprint/versions/<int:number>/", blueprint_pages.VersionPage.as_view(), name="version"),
    path("blueprint/versions/<int:number>/blueprint.yaml", blueprint_pages.Export.as_view(), name="export_version"),
    path("blueprint/versions/<int:number>/acknowledgement/", blueprint_pages.Acknowledge.as_view(), name="acknowledge"),
    path("blueprint/seats/<slug:key>/proposal/", seat_pages.ProposeSeats.as_view(), name="propose_seats"),
    path("steps/", steps_page.StepsPage.as_view(), name="steps"),
    path("routing/try/", trial_pages.TryRouting.as_view(), name="try_routing"),
    path("routing/yields/<slug:key>/", yield_pages.YieldsPage.as_view(), name="yields"),
    path("setup/", change_pages.Setup.as_view(), name="setup"),
    path("changes/", change_pages.Changes.as_view(), name="changes"),
    path("changes/new/", change_pages.NewChange.as_view(), name="new_change"),
    path("changes/unreviewed/figure/", change_pages.UnreviewedFigure.as_view(), name="unreviewed_figure"),
    path("changes/score-proposal/", score_pages.ScoreProposalPage.as_view(), name="score_proposal"),
    path("changes/what-if/", part_pages.WhatIfPage.as_view(), name="what_if"),
    path("changes/<int:number>/", change_pages.Change.as_view(), name="change"),
    path("changes/<int:number>/edit/<slug:what>/", part_pages.EditPage.as_view(), name="edit"),
    path("changes/<int:number>/impact/", change_pages.ImpactPanel.as_view(), name="impact"),
    path("changes/<int:number>/proofs/", proof_pages.ProofsPage.as_view(), name="proofs"),
    *(path(f"changes/<int:number>/{verb}/", ChangeVerb.as_view(verb=verb), name=verb) for verb in VERBS),
]
