from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "sanbao.rooms.feedback"
    label = "feedback"
