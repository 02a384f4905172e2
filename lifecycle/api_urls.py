"""API of lifecycle, below /api/v1/w/<workspace>/."""

from django.urls import URLPattern

app_name = "lifecycle_api"
urlpatterns: list[URLPattern] = []
