"""The sweep for lines of the law: open orders in bulk, one in a hundred across a line, raised and recorded.

python bench/watch.py --database sqlite|postgres [--orders 1000000] [--crossing 0.01]
"""

import argparse
import os
import time
from datetime import timedelta
from typing import Any

import ground


def first_order(world: dict[str, Any]) -> Any:
    """One order in the house, taken in as everybody's, with its lines ahead."""
    from sanbao.rooms.outlets import queries as outlets  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.registry import services as registry  # noqa: PLC0415
    from sanbao.rooms.repairs import services as repairs  # noqa: PLC0415
    from sanbao.rooms.repairs.models import Order  # noqa: PLC0415

    house = world["house"]
    registry.add_purchase(
        house, world["device"], bought_on=(house.at - timedelta(days=60)).date(), proof="invoice",
        price_cents=399_900,
    )  # fmt: skip
    starts = outlets.next_free("BJ01", house.at + timedelta(days=1), house.at)[0]
    number = repairs.book_visit(
        house, device=world["device"], customer=world["customer"], outlet="BJ01", starts_at=starts,
        fault="no_power",
    )  # fmt: skip
    intake = repairs.Intake(backup_done=True, signature="车主")
    repairs.accept(house, number, intake=intake)
    return Order.objects.get(number=number)


def fill(order: Any, orders: int) -> None:
    """Copy the device and the order until there are so many; all stand in the house, none is due yet.

    The copies leave out what the sweep never reads (verdict, intake, promise): millions of words to write.
    """
    from django.db import connection  # noqa: PLC0415 - Django must stand first

    from sanbao.rooms.registry.models import Device  # noqa: PLC0415

    last = orders - 1
    empty = "'{}'" if connection.vendor == "sqlite" else "'{}'::jsonb"
    blank = {"verdict": empty, "intake": empty, "promise": empty.replace("{}", "[]")}
    with connection.cursor() as cursor:
        for model, key, changes in (
            (Device, order.device_id, {"number": "'DV-' || n.i", "imei": "''", "serial": "'S' || n.i"}),
            (
                type(order),
                order.pk,
                {"number": "'RO-' || n.i", "device": f"{order.device_id} + n.i", **blank},
            ),
        ):
            fields = [f for f in model._meta.concrete_fields if not f.primary_key]
            names = ", ".join(f'"{f.column}"' for f in fields)
            values = ", ".join(changes.get(f.name, f't."{f.column}"') for f in fields)
            table = model._meta.db_table
            cursor.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "  # noqa: S608
                f'INSERT INTO "{table}" (id, {names}) SELECT t.id + n.i, {values} '
                f'FROM "{table}" t, n WHERE t.id = {key}'
            )
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


def cross(order: Any, share: float) -> int:
    """Let this share of the orders cross their first line; return how many."""
    from django.db.models import F  # noqa: PLC0415 - Django must stand first
    from django.db.models.functions import Mod  # noqa: PLC0415

    every = round(1 / share)
    rows = type(order).objects.annotate(left=Mod(F("id"), every)).filter(left=0)
    early = order.watch | {"on": (order.accepted_at - timedelta(days=9)).date().isoformat()}
    return int(rows.update(watch=early, watch_at=order.watch_at - timedelta(days=9)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=ground.DATABASES, required=True)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--crossing", type=float, default=0.01)
    asked = parser.parse_args()
    ground.settle(asked.database)
    from sanbao.rooms.ledger.models import Entry  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.repairs import services as repairs  # noqa: PLC0415
    from sanbao.rooms.repairs.models import Order, Remedy  # noqa: PLC0415

    world = ground.open_house()
    order = first_order(world)
    fill(order, asked.orders)
    later = world["house"].then(order.watch_at - timedelta(days=1))
    began = time.perf_counter()
    quiet = repairs.watch_remedies(later)
    idle = time.perf_counter() - began
    assert quiet == 0, quiet
    due = cross(order, asked.crossing)
    facts = Entry.objects.count()
    theirs = ground.database_pids()
    began, cpu, served = time.perf_counter(), time.process_time(), ground.cpu_seconds(theirs)
    raised = repairs.watch_remedies(later)
    took, spent = time.perf_counter() - began, time.process_time() - cpu
    served = ground.cpu_seconds(theirs) - served
    assert raised == due == Remedy.objects.count() == Entry.objects.count() - facts, (raised, due)
    began = time.perf_counter()
    assert repairs.watch_remedies(later) == 0
    ground.hand_over(
        database=asked.database,
        orders=Order.objects.count(),
        raised=raised,
        seconds=round(took, 2),
        cpu_seconds=round(spent, 2),
        database_cpu=round(served, 2),
        load=round(os.getloadavg()[0], 1),
        per_right_ms=round(took / raised * 1000, 3),
        nothing_due_ms=round(idle * 1000, 1),
        again_ms=round((time.perf_counter() - began) * 1000, 1),
    )


if __name__ == "__main__":
    main()
