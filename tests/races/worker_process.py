"""A worker process for the tests that kill it: ``migrate``, ``fill N`` or ``work SECONDS_LATER``."""

import sys
from datetime import UTC, datetime, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - settings come first in a process of its own
from django.db import transaction  # noqa: E402

from sanbao.base.actor import system  # noqa: E402
from sanbao.rooms.ledger import services  # noqa: E402

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def effect(actor, fact):
    services.append(f"effect-{fact.facts['count']}", "effect.happened", actor)


def main(verb, number):
    if verb == "migrate":
        call_command("migrate", verbosity=0)
    if verb == "fill":
        with transaction.atomic():
            for count in range(number):
                services.append("TH-1", "thing.happened", system(AT), count=count)
        while services.sequence({"thing.happened": ("effect",)}, at=AT):
            pass
    if verb == "work":
        actor = system(AT + timedelta(seconds=number))
        print("working", flush=True)
        while services.deliver(actor, {"effect": effect}):
            print("batch", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
