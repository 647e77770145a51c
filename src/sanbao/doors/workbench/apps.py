from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    name = "sanbao.doors.workbench"
    label = "workbench"
