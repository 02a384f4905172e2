"""Pages of governance, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "governance"
urlpatterns: list[URLPattern] = []
