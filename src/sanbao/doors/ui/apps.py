from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "sanbao.doors.ui"
    label = "ui"
