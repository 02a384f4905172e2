"""API of operating, below /api/v1/w/<workspace>/."""

from django.urls import path

from core.operating.api import views as api

app_name = "operating_api"
urlpatterns = [
    path("set-aside", api.SetAsideRows.as_view(), name="set_aside"),
    path("failing-passes", api.FailingPasses.as_view(), name="failing_passes"),
    path("set-aside/<uuid:row_id>/retry", api.Retry.as_view(), name="retry"),
]
