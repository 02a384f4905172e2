"""API of integrations, below /api/v1/w/<workspace>/."""

from django.urls import path

from integrations.api import views as api

app_name = "integrations_api"
urlpatterns = [
    path("keys", api.Keys.as_view(), name="keys"),
    path("keys/<uuid:key_id>/revocation", api.Revocation.as_view(), name="key_revocation"),
]
