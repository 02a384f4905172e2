"""Pages of scorecard, below /w/<workspace>/."""

from django.urls import path

from scorecard import board_pages, cost_pages, leak_pages, rate_pages, restated_pages, views

app_name = "scorecard"
urlpatterns = [
    path("scorecard/", views.ScorecardPage.as_view(), name="scorecard"),
    path("scorecard.csv", views.ScorecardFile.as_view(), name="scorecard_file"),
    path("scorecard/<slug:key>/", views.MetricPage.as_view(), name="metric"),
    path("scorecard/<slug:key>/why/", views.WhyPage.as_view(), name="why"),
    path("scorecard/<slug:key>.csv", views.MetricFile.as_view(), name="metric_file"),
    path("scorecard/<slug:key>/rows/", views.RowsPage.as_view(), name="rows"),
    path("scorecard/<slug:key>/rows.csv", views.RowsFile.as_view(), name="rows_file"),
    path("boards/", board_pages.BoardsPage.as_view(), name="boards"),
    path("boards/new/", board_pages.NewBoard.as_view(), name="new_board"),
    path("boards/<int:number>/", board_pages.BoardPage.as_view(), name="board"),
    path("boards/<int:number>.csv", board_pages.BoardFile.as_view(), name="board_file"),
    path("boards/<int:number>/edit/", board_pages.BoardEdit.as_view(), name="board_edit"),
    path("boards/<int:number>/mailing/", board_pages.BoardMailingPage.as_view(), name="board_mailing"),
    path("boards/mails/<uuid:mail_id>/", board_pages.BoardMailPage.as_view(), name="board_mail"),
    path("boards/<int:number>/removal/", board_pages.BoardRemoval.as_view(), name="board_removal"),
    path("funnel/", views.FunnelPage.as_view(), name="funnel"),
    path("funnel/leaks/", leak_pages.LeaksPage.as_view(), name="leaks"),
    path("funnel/leaks/target/", leak_pages.SeamTargetSet.as_view(), name="seam_target"),
    path("funnel/leaks/log/", leak_pages.LeakLogged.as_view(), name="leak_log"),
    path("funnel.csv", views.FunnelFile.as_view(), name="funnel_file"),
    path("funnel/steps/<str:key>/journeys.csv", views.StepFile.as_view(), name="step_file"),
    path("funnel/steps/<str:key>/", views.StepPage.as_view(), name="step"),
    path("funnel/seams/<slug:key>/", views.SeamDoor.as_view(), name="seam"),
    path("restatements.csv", restated_pages.RestatementsFile.as_view(), name="restatements_file"),
    path("restatements/", restated_pages.RestatementsPage.as_view(), name="restatements"),
    path("restatements/corrections/", restated_pages.CorrectionsPage.as_view(), name="corrections"),
    path("rates/", rate_pages.RatesPage.as_view(), name="rates"),
    path("rates/lines/", rate_pages.RateLines.as_view(), name="rate_lines"),
    path("rates/<uuid:rate_id>/removal/", rate_pages.RateRemoval.as_view(), name="rate_removal"),
    path("costs/", cost_pages.CostsPage.as_view(), name="costs"),
    path("costs/lines/", cost_pages.CostLines.as_view(), name="cost_lines"),
    path("costs/<uuid:cost_id>/removal/", cost_pages.CostRemoval.as_view(), name="cost_removal"),
]
