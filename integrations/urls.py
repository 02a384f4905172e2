"""Pages of integrations, below /w/<workspace>/."""

from django.urls import path

from integrations import slack_views, views

app_name = "integrations"
urlpatterns = [
    path("slack/", slack_views.SlackPage.as_view(), name="slack"),
    path("slack/removal/", slack_views.SlackRemoval.as_view(), name="slack_removal"),
    path("keys/", views.Keys.as_view(), name="keys"),
    path("keys/new/", views.NewKey.as_view(), name="new_key"),
    path("keys/<uuid:key_id>/revocation/", views.KeyRevocation.as_view(), name="key_revocation"),
]
