from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "sanbao.rooms.vault"
    label = "vault"
