from django.apps import AppConfig


class PartsConfig(AppConfig):
    name = "sanbao.rooms.parts"
    label = "parts"
