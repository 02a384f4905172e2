"""Pages of integrations, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "integrations"
urlpatterns: list[URLPattern] = []
