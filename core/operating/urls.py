"""Pages of operating, below /w/<workspace>/."""

from django.urls import path

from core.operating import views

app_name = "operating"
urlpatterns = [
    path("set-aside/", views.SetAsideRows.as_view(), name="set_aside"),
    path("set-aside/<uuid:row_id>/retry/", views.Retry.as_view(), name="retry"),
]
