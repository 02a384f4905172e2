"""API of scorecard, below /api/v1/w/<workspace>/."""

from django.urls import path

from scorecard.api import views as api

app_name = "scorecard_api"
urlpatterns = [
    path("scorecard", api.ScorecardApi.as_view(), name="scorecard"),
    path("scorecard.csv", api.ScorecardCsvApi.as_view(), name="scorecard_csv"),
    path("metrics", api.MetricsApi.as_view(), name="metrics"),
    path("metrics/<slug:key>", api.MetricApi.as_view(), name="metric"),
    path("metrics/<slug:key>.csv", api.MetricCsvApi.as_view(), name="metric_csv"),
    path("metrics/<slug:key>/rows", api.RowsApi.as_view(), name="metric_rows"),
    path("funnel", api.FunnelApi.as_view(), name="funnel"),
    path("funnel/seams/<slug:key>", api.SeamApi.as_view(), name="funnel_seam"),
]
