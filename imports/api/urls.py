"""API of imports, below /api/v1/w/<workspace>/."""

from django.urls import path

from imports.api import views

app_name = "imports_api"
urlpatterns = [
    path("imports", views.Imports.as_view(), name="imports"),
    path("imports/<int:number>", views.ImportByNumber.as_view(), name="import"),
    path("imports/<int:number>/mapping", views.ImportMapping.as_view(), name="import_mapping"),
    path("imports/<int:number>/start", views.ImportStart.as_view(), name="import_start"),
    path("imports/<int:number>/cancellation", views.ImportCancellation.as_view(), name="import_cancellation"),
    path("imports/<int:number>/rejections", views.ImportRejections.as_view(), name="import_rejections"),
    path("imports/<int:number>/rejections.csv", views.ImportRejectionsFile.as_view(), name="import_rejections_file"),
]
