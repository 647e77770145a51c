from django.apps import AppConfig


class OutletsConfig(AppConfig):
    name = "sanbao.rooms.outlets"
    label = "outlets"
