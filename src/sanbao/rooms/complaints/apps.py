from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "sanbao.rooms.complaints"
    label = "complaints"
