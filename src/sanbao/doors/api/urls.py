"""Addresses of the API."""

from django.urls import path, re_path

from sanbao.doors.api.app import api, nothing_here

urlpatterns = [path("v1/", api.urls), re_path(r"^(?P<path>.*)$", nothing_here)]
