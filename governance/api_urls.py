"""API of governance, below /api/v1/w/<workspace>/."""

from django.urls import URLPattern

app_name = "governance_api"
urlpatterns: list[URLPattern] = []
