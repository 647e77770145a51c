from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "sanbao.rooms.registry"
    label = "registry"
