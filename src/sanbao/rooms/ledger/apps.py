from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "sanbao.rooms.ledger"
    label = "ledger"
