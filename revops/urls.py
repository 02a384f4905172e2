"""Pages under /w/<workspace>/…, the API under /api/v1/w/<workspace>/…"""

from django.conf import settings
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from integrations.views import ApiDocs
from revops.operating import views as operating
from revops.workspaces import health, views

PAGES = [
    path("", views.HomeOfWorkspace.as_view(), name="workspace_home"),
    path("", include("revops.workspaces.urls")),
    path("", include("revops.operating.urls")),
    path("", include("lifecycle.urls")),
    path("", include("handoffs.urls")),
    path("", include("scorecard.urls")),
    path("", include("governance.urls")),
    path("", include("integrations.urls")),
]

API = [
    path("", include("revops.workspaces.api_urls")),
    path("", include("revops.operating.api_urls")),
    path("", include("lifecycle.api_urls")),
    path("", include("handoffs.api_urls")),
    path("", include("scorecard.api_urls")),
    path("", include("governance.api_urls")),
    path("", include("integrations.api_urls")),
]

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("accounts/profile/", views.Profile.as_view(), name="profile"),
    path("accounts/", include("allauth.urls")),
    path("workspaces/new/", views.NewWorkspace.as_view(), name="new_workspace"),
    path("join/<str:token>/", views.Join.as_view(), name="join"),
    path("health/", health.ready, name="health"),
    path("healthz", operating.alive, name="healthz"),
    path("metrics", operating.metrics, name="metrics"),
    path("readyz", operating.ready, name="readyz"),
    path("w/<slug:workspace>/", include(PAGES)),
    path("api/v1/w/<slug:workspace>/", include(API)),
    path("api/v1/schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="schema"),
    path("api/v1/docs/", ApiDocs.as_view(), name="api_docs"),
]

handler404 = "revops.web.not_found"
handler500 = "revops.web.server_error"
handler403 = "revops.web.forbidden"

if settings.DEBUG:
    from django.contrib.staticfiles.urls import staticfiles_urlpatterns

    urlpatterns += staticfiles_urlpatterns()
