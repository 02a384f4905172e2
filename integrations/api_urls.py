"""API of integrations, below /api/v1/w/<workspace>/."""

from django.urls import URLPattern

app_name = "integrations_api"
urlpatterns: list[URLPattern] = []
