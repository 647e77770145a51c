from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "sanbao.rooms.repairs"
    label = "repairs"
