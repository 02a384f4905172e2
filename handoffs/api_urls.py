"""API of handoffs, below /api/v1/w/<workspace>/."""

from django.urls import URLPattern

app_name = "handoffs_api"
urlpatterns: list[URLPattern] = []
