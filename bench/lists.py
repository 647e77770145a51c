"""SELECTs and CPU of every list, at 1, 30 and 100,000 rows.

python bench/lists.py --database sqlite|postgres [--sizes 1 30 100000]
"""

import argparse
import statistics
import time
from datetime import timedelta
from typing import Any

import ground

REPEATS = 15
API = ("/api/v1/repairs", "/api/v1/complaints", "/api/v1/threads")
PAGES = ("/desk/orders", "/desk/cases", "/desk/inbox")
WHO_ASKS = (
    "registry_token", "registry_account", "registry_assignment", "django_session", "ledger_pulse",
    "registry_installation",
)  # fmt: skip
"""Tables that are read to know who asks, before the list itself."""


def multiply(model: Any, row: Any, first: int, last: int, **columns: str) -> None:
    """Copy a row, once for each number from ``first`` to ``last`` (``n.i``), with these columns made new."""
    from django.db import connection  # noqa: PLC0415 - Django must stand first

    fields = [f for f in model._meta.concrete_fields if not f.primary_key]
    names = ", ".join(f'"{f.column}"' for f in fields)
    values = ", ".join(columns.get(f.name, f't."{f.column}"') for f in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "  # noqa: S608
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" t, n WHERE t.id = {row.pk}'
        )


def first_rows(world: dict[str, Any]) -> dict[str, Any]:
    """One order, one complaint and one talk, made as everybody makes them."""
    from sanbao.rooms.complaints import services as complaints  # noqa: PLC0415 - Django must stand first
    from sanbao.rooms.complaints.models import Case, Clock  # noqa: PLC0415
    from sanbao.rooms.conversations import services as conversations  # noqa: PLC0415
    from sanbao.rooms.conversations.models import Message, Thread  # noqa: PLC0415
    from sanbao.rooms.outlets import queries as outlets  # noqa: PLC0415
    from sanbao.rooms.registry.models import Device  # noqa: PLC0415
    from sanbao.rooms.repairs import services as repairs  # noqa: PLC0415
    from sanbao.rooms.repairs.models import Order  # noqa: PLC0415

    house = world["house"]
    starts = outlets.next_free("BJ01", house.at + timedelta(days=1), house.at)[0]
    order = repairs.book_visit(
        house, device=world["device"], customer=world["customer"], outlet="BJ01", starts_at=starts,
        fault="screen_dark",
    )  # fmt: skip
    complaints.file(
        house,
        customer=world["customer"],
        demand="repair",
        words="送修三次了还是闪屏。",
        order=order,
        channel="phone",
    )
    conversations.receive(
        house, customer=world["customer"], channel="chat", body="请问修好了吗？", external_id="b1"
    )
    return {m.__name__: m.objects.get() for m in (Device, Order, Case, Thread, Message)} | {
        "Clocks": list(Clock.objects.all())
    }


def grow(rows: dict[str, Any], first: int, last: int) -> None:
    """Let every list be ``last`` rows long."""
    from django.db import connection  # noqa: PLC0415 - Django must stand first

    def pk(name: str) -> str:
        model = type(rows[name])
        return f"(SELECT x.id FROM {model._meta.db_table} x WHERE x.number = {number(name)})"  # noqa: S608 - our own tables

    def number(name: str) -> str:
        return f"'{rows[name].number[:2]}-' || n.i"

    device, order, case, thread = rows["Device"], rows["Order"], rows["Case"], rows["Thread"]
    multiply(type(device), device, first, last, number=number("Device"), imei="''", serial="'S' || n.i")
    multiply(type(order), order, first, last, number=number("Order"), device=pk("Device"), booking="''")
    multiply(type(case), case, first, last, number=number("Case"), order=pk("Order"), device=pk("Device"))
    for clock in rows["Clocks"]:
        multiply(type(clock), clock, first, last, case=pk("Case"))
    multiply(type(thread), thread, first, last, number=number("Thread"), subject="'S' || n.i")
    message = rows["Message"]
    multiply(
        type(message),
        message,
        first,
        last,
        number=number("Message"),
        thread=pk("Thread"),
        external_id="'e' || n.i",
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(get: Any, address: str) -> dict[str, Any]:
    """SELECTs of the list itself, and CPU of the whole answer, database left out."""
    from django.db import connection  # noqa: PLC0415 - Django must stand first
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.content[:300])
    reads = [q["sql"] for q in asked if q["sql"].lstrip("( ").upper().startswith(("SELECT", "WITH"))]
    own = [sql for sql in reads if not any(f'FROM "{table}"' in sql for table in WHO_ASKS)]
    cpu, wall = [], []
    for _ in range(REPEATS):
        began, clock = time.process_time(), time.perf_counter()
        get(address)
        cpu.append((time.process_time() - began) * 1000)
        wall.append((time.perf_counter() - clock) * 1000)
    return {
        "address": address, "selects": len(own), "before": len(reads) - len(own),
        "cpu_ms": round(statistics.median(cpu), 1), "ms": round(statistics.median(wall), 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=ground.DATABASES, default="sqlite")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 30, 100_000])
    chosen = parser.parse_args()
    ground.settle(chosen.database)

    from django.conf import settings  # noqa: PLC0415 - Django must stand first
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from sanbao.rooms.registry.models import Account, Staff  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    world = ground.open_house()
    staff = Staff.objects.get(email="agent@bench.example")
    api = Client(headers={"Authorization": f"Bearer {world['token']}"})
    pages = Client()
    pages.force_login(Account.objects.get(pk=staff.account_id), "django.contrib.auth.backends.ModelBackend")
    session = pages.session
    session["seen_at"] = int(timezone.now().timestamp())
    session.save()
    rows, made, out = first_rows(world), 1, []
    for size in chosen.sizes:
        if size > made:
            grow(rows, made + 1, size)
            made = size
        for get, addresses in ((api.get, API), (pages.get, PAGES)):
            out += [measure(get, address) | {"rows": size} for address in addresses]
    ground.hand_over(database=chosen.database, lists=out)


if __name__ == "__main__":
    main()
