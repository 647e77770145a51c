from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "sanbao.rooms.conversations"
    label = "conversations"
