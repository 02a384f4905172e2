"""Pages under /w/<workspace>/…, the API under /api/v1/w/<workspace>/…"""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from core.operating import views as operating
from core.people.views import invitation_pages, workspace_pages
from integrations.slack.buttons import SlackActions
from integrations.views import ApiDocs

PAGES: list[URLPattern | URLResolver] = [
    path("", workspace_pages.HomeOfWorkspace.as_view(), name="workspace_home"),
    path("", include("core.people.urls")),
    path("", include("core.notices.urls")),
    path("", include("core.operating.urls")),
    path("", include("lifecycle.urls")),
    path("", include("imports.urls")),
    path("", include("handoffs.urls")),
    path("", include("scorecard.urls")),
    path("", include("governance.urls")),
    path("", include("integrations.urls")),
]

API: list[URLPattern | URLResolver] = [
    path("", include("core.people.api.urls")),
    path("", include("core.notices.api.urls")),
    path("", include("core.operating.api.urls")),
    path("", include("lifecycle.api.urls")),
    path("", include("imports.api.urls")),
    path("", include("handoffs.api.urls")),
    path("", include("scorecard.api.urls")),
    path("", include("governance.api.urls")),
    path("", include("integrations.api.urls")),
]

urlpatterns = [
    path("", workspace_pages.Home.as_view(), name="home"),
    path("accounts/profile/", workspace_pages.Profile.as_view(), name="profile"),
    path("accounts/", include("allauth.urls")),
    path("workspaces/new/", workspace_pages.NewWorkspace.as_view(), name="new_workspace"),
    path("join/<str:token>/", invitation_pages.Join.as_view(), name="join"),
    path("health/", operating.health, name="health"),
    path("healthz", operating.alive, name="healthz"),
    path("metrics", operating.metrics, name="metrics"),
    path("readyz", operating.ready, name="readyz"),
    path("slack/<uuid:workspace_id>/actions/", SlackActions.as_view(), name="slack_actions"),
    path("w/<slug:workspace>/", include(PAGES)),
    path("api/v1/w/<slug:workspace>/", include(API)),
    path("api/v1/schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="schema"),
    path("api/v1/docs/", ApiDocs.as_view(), name="api_docs"),
]

handler404 = "core.http.web.not_found"
handler500 = "core.http.web.server_error"
handler403 = "core.http.web.forbidden"

if settings.DEBUG:
    from django.contrib.staticfiles.urls import staticfiles_urlpatterns

    urlpatterns += staticfiles_urlpatterns()
