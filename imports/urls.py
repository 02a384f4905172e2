"""Pages of files, below /w/<workspace>/."""

from django.urls import path

from imports import choice_views, undo_views, views, workbook_views

app_name = "imports"
urlpatterns = [
    path("imports/", views.Imports.as_view(), name="imports"),
    path(
        "imports/saved-mappings/<uuid:saved_id>/removal/", choice_views.ForgetMapping.as_view(), name="forget_mapping"
    ),
    path("imports/<int:number>/", views.ImportPage.as_view(), name="import"),
    path("imports/<int:number>/mapping/", views.MappingPage.as_view(), name="import_mapping"),
    path("imports/<int:number>/sheet/", workbook_views.AnotherSheet.as_view(), name="import_sheet"),
    path("imports/<int:number>/encoding/", choice_views.AnotherEncoding.as_view(), name="import_encoding"),
    path("imports/<int:number>/undo/", undo_views.UndoPage.as_view(), name="import_undo"),
    path("imports/<int:number>/start/", views.Start.as_view(), name="import_start"),
    path("imports/<int:number>/cancellation/", views.Cancellation.as_view(), name="import_cancellation"),
    path("imports/<int:number>/progress/", views.Progress.as_view(), name="import_progress"),
    path("imports/<int:number>/rejections.csv", views.Rejections.as_view(), name="import_rejections"),
]
