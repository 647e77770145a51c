from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "sanbao.doors.api"
    label = "api"
