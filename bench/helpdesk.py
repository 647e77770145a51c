"""CPU of a 50-row list, ours and django-helpdesk's, with the same number of rows behind both.

python bench/helpdesk.py --database sqlite|postgres [--rows 1000]

django-helpdesk (BSD) is installed from ``requirements/bench.txt`` into an environment of its own under
SANBAO_HOME's default folder; nothing of it is shipped or imported. Both sides answer through the whole stack
but the socket, a few pages each in turn.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ground
import lists

HERE = Path(__file__).resolve().parent
PEER = HERE.parent / "var" / "bench-helpdesk"
LOCK = HERE.parent / "requirements" / "bench.txt"
ROUNDS, PAGES = 5, 10
OURS = {"repairs": "/api/v1/repairs", "complaints": "/api/v1/complaints"}
THEIRS = ("table", "rest")


def peer_python() -> Path:
    """Return the interpreter of the peer's environment, made anew where the lock has changed."""
    python, stamp = PEER / "bin" / "python", PEER / "lock"
    if not stamp.exists() or stamp.read_text() != LOCK.read_text():
        venv.create(PEER, with_pip=True, clear=True)
        install = (python, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK)
        subprocess.run(install, check=True, stdout=sys.stderr)
        stamp.write_text(LOCK.read_text())
    return python


class Peer:
    """django-helpdesk in a process of its own."""

    def __init__(self, python: Path, url: str, rows: int) -> None:
        facts = {"PEER_FILE": str(Path(os.environ["SANBAO_HOME"]) / "peer.sqlite3"), "PEER_DATABASE": "peer"}
        self.process = subprocess.Popen(
            [python, HERE / "peer" / "desk.py", str(rows)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "PEER_DATABASE_URL": url, **facts},
        )  # fmt: skip
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def ask(self, name: str, count: int) -> dict[str, Any]:
        assert self.process.stdin
        self.process.stdin.write(f"{name} {count}\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


def asked(get: Callable[[str], Any], address: str) -> tuple[int, int]:
    """Return how many rows a list of ours shows, and how many statements that takes."""
    from django.db import connection  # noqa: PLC0415 - Django must stand first
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as statements:
        shown = get(address).json()["items"]
    return len(shown), len(statements)


def spent(get: Callable[[str], Any], address: str, count: int) -> list[float]:
    out = []
    for _ in range(count):
        began = time.process_time()
        answer = get(address)
        out.append((time.process_time() - began) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return out


def our_side(rows: int) -> Callable[[str], Any]:
    """An installation with this many orders and complaints; return what asks its API."""
    from django.conf import settings  # noqa: PLC0415 - Django must stand first
    from django.test import Client  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    world = ground.open_house()
    lists.grow(lists.first_rows(world), 2, rows)
    return Client(headers={"Authorization": f"Bearer {world['token']}"}).get


def measure(get: Callable[[str], Any], peer: Peer, rows: int) -> dict[str, Any]:
    """Take turns: some pages of every list of theirs, some of every list of ours."""
    took: dict[str, list[float]] = {}
    selects: dict[str, int] = {}
    for name, address in OURS.items():
        get(address)
        shown, selects[name] = asked(get, address)
        assert shown == min(rows, 50), (address, shown)
    for _ in range(ROUNDS):
        for name in THEIRS:
            told = peer.ask(name, PAGES)
            assert told["rows"] == min(rows, 50), (name, told["rows"])
            selects[name] = told["selects"]
            took.setdefault(name, []).append(statistics.median(told["cpu_ms"]))
        for name, address in OURS.items():
            took.setdefault(name, []).append(statistics.median(spent(get, address, PAGES)))
    middle = {name: statistics.median(values) for name, values in took.items()}
    ratios = {
        f"{theirs}/{ours}": round(
            statistics.median(a / b for a, b in zip(took[theirs], took[ours], strict=True)), 1
        )
        for theirs in THEIRS
        for ours in OURS
    }
    return {"cpu_ms": {n: round(v, 2) for n, v in middle.items()}, "ratios": ratios, "selects": selects}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=ground.DATABASES, default="sqlite")
    parser.add_argument("--rows", type=int, default=1000)
    chosen = parser.parse_args()
    python = peer_python()
    url = ground.settle(chosen.database)
    get = our_side(chosen.rows)
    if url:
        from django.db import connection  # noqa: PLC0415 - Django must stand first

        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE peer")
    peer = Peer(python, url, chosen.rows)
    try:
        ground.hand_over(database=chosen.database, rows=chosen.rows, **measure(get, peer, chosen.rows))
    finally:
        peer.end()


if __name__ == "__main__":
    main()
