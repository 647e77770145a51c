"""Addresses of this door."""

from django.urls import path

from sanbao.doors.ui import signin, views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("shown", views.shown, name="shown"),
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("brand.css", views.brand, name="brand"),
    path("offline", views.offline, name="offline"),
    path("worker.js", views.worker, name="worker"),
    path("signin", signin.signin, name="signin"),
    path("signin/code", signin.signin_code, name="signin_code"),
    path("signin/staff", signin.staff_signin, name="staff_signin"),
    path("join/<str:token>", signin.join, name="join"),
    path("signout", signin.signout, name="signout"),
    path("notice", signin.notice, name="notice"),
]
