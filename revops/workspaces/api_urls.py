"""API of people and teams, below /api/v1/w/<workspace>/."""

from django.urls import URLPattern

app_name = "workspaces_api"
urlpatterns: list[URLPattern] = []
