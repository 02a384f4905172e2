"""Pages of lifecycle, below /w/<workspace>/."""

from django.urls import URLPattern

app_name = "lifecycle"
urlpatterns: list[URLPattern] = []
