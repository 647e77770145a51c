from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sanbao.doors.portal"
    label = "portal"
