"""Pages of people and teams, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "workspaces"
urlpatterns: list[URLPattern] = []
