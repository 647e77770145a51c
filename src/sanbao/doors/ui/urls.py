"""Addresses of this door."""

from django.urls import path

from sanbao.doors.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("shown", views.shown, name="shown"),
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("brand.css", views.brand, name="brand"),
    path("offline", views.offline, name="offline"),
    path("worker.js", views.worker, name="worker"),
]
