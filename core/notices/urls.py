"""Pages of notices, below /w/<workspace>/."""

from django.urls import path

from core.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.Notices.as_view(), name="notices"),
    path("notices/bell/", views.Bell.as_view(), name="bell"),
    path("notices/deliveries/", views.Deliveries.as_view(), name="deliveries"),
    path("notices/deliveries/<uuid:delivery_id>/retry/", views.SendingAgain.as_view(), name="retry"),
    path("notices/wishes/", views.Wishes.as_view(), name="wishes"),
    path("notices/seen/", views.Seen.as_view(), name="seen"),
    path("notices/<uuid:notice_id>/opening/", views.Opening.as_view(), name="opening"),
]
