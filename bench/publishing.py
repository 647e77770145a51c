"""How long a proposed pack takes to be compared with 100,000 open orders.

python bench/publishing.py [--rows 100000]
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

SEED = 20261122


def filled(rows: int) -> datetime:
    """An installation with so many open orders of as many devices; a third is booked, the rest decided."""
    from sanbao.engines.policy.record import facts_as_record  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.outlets.tests.factories import outlet  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.registry.models import Device, Purchase  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.registry.tests.factories import AT, customer, installation, product  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.repairs import rules  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.repairs.models import Order  # noqa: PLC0415 - Django must stand first

    installation()
    rnd, shop, who, model = random.Random(SEED), outlet("BJ01"), customer(), product()
    faults = [code for code in rules.FAULTS if code != "other"]
    day = AT.date()
    devices = Device.objects.bulk_create(
        (
            Device(number=f"DV-{n:010}", serial=f"S{n:09}", product=model, customer=who, known_since=AT)
            for n in range(rows)
        ),
        batch_size=5000,
    )
    bought = [day - timedelta(days=rnd.choice([3, 12, 40, 200, 364, 400, 700, 900])) for _ in devices]
    Purchase.objects.bulk_create(
        (
            Purchase(
                device=d, bought_on=on, channel="store", proof="invoice", price_cents=299900, added_at=AT
            )
            for d, on in zip(devices, bought, strict=True)
        ),
        batch_size=5000,
    )

    def order(turn: int, device: Device, on: date) -> Order:
        fault = rules.fault_of(rnd.choice(faults))
        decided = turn % 3 > 0
        facts = rules.facts_of(
            rules.Bought(bought_on=on, proof="invoice"),
            [],
            fault,
            kind=rules.kind_of(fault),
            fault_on=day,
            asked_on=day,
        )
        return Order(
            number=f"RO-{turn:010}",
            state="accepted" if decided else "booked",
            channel="visit",
            outlet=shop,
            device=device,
            customer=who,
            fault=fault.code,
            made_at=AT,
            accepted_at=AT if decided else None,
            verdict={"facts": facts_as_record(facts)} if decided else {},
        )

    Order.objects.bulk_create(
        (order(turn, *pair) for turn, pair in enumerate(zip(devices, bought, strict=True))), batch_size=5000
    )
    return AT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(SANBAO_HOME=home, DJANGO_SETTINGS_MODULE="sanbao.site.settings")
        sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
        import django  # noqa: PLC0415 - Django must stand first

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - Django must stand first

        call_command("migrate", interactive=False, verbosity=0)
        measured = compare(rows)
    print(json.dumps(measured))


def compare(rows: int) -> dict[str, object]:
    from sanbao.base.actor import system  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.registry import queries, services  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.registry.tests.packs import TOMORROW, keeper, pack  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.repairs import services as comparing  # noqa: PLC0415 - Django must stand first

    at = filled(rows)
    services.adopt_packs(system(at))
    who = keeper(at)
    number = services.propose_pack(who, text=pack(36), valid_from=TOMORROW)
    clock, work = time.perf_counter(), time.process_time()
    comparing.compare_packs(who, number)
    clock, work = time.perf_counter() - clock, time.process_time() - work
    (card,) = queries.comparisons(who, number)
    return {
        "orders": card.orders,
        "changed": card.orders_changed,
        "seconds": round(clock, 2),
        "cpu_seconds": round(work, 2),
    }


if __name__ == "__main__":
    main()
