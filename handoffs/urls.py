"""Pages of handoffs, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "handoffs"
urlpatterns: list[URLPattern] = []
