"""API of scorecard, below /api/v1/w/<workspace>/."""

from django.urls import URLPattern

app_name = "scorecard_api"
urlpatterns: list[URLPattern] = []
