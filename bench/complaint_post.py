"""A durable complaint POST against the bare transaction under it, on the same database at the same time.

python bench/complaint_post.py --database sqlite|postgres [--rounds 5] [--seconds 3]
"""

import argparse
import itertools
import json
import os
import secrets
import socket
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import ground

CLIENTS = 8
_WORDS = "送修三次了屏幕还是闪，每次都说好了，我要求按三包规定换货，并说明原因。" * 3
_TABLES = (
    "CREATE TABLE bench_case (id INTEGER PRIMARY KEY {auto}, number TEXT UNIQUE, words TEXT, made_at TEXT)",
    "CREATE TABLE bench_fact (id INTEGER PRIMARY KEY {auto}, subject TEXT, event TEXT, facts TEXT)",
    "CREATE INDEX bench_fact_subject ON bench_fact (subject)",
    "CREATE TABLE bench_answer (id INTEGER PRIMARY KEY {auto}, key TEXT UNIQUE, answer TEXT)",
)
_INSERTS = (
    "INSERT INTO bench_case (number, words, made_at) VALUES (?, ?, ?)",
    "INSERT INTO bench_fact (subject, event, facts) VALUES (?, ?, ?)",
    "INSERT INTO bench_answer (key, answer) VALUES (?, ?)",
)


def together(act: Callable[[int, threading.Event], int], seconds: float, clients: int = CLIENTS) -> float:
    """Let every client act until the time is up; return acts per second."""
    done, stop = [0] * clients, threading.Event()

    def client(place: int) -> None:
        done[place] = act(place, stop)

    threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def bare(url: str) -> Callable[[int, threading.Event], int]:
    """Three inserts and a commit, on a connection of its own."""
    marks = _INSERTS if not url else tuple(sql.replace("?", "%s") for sql in _INSERTS)

    def act(_: int, stop: threading.Event) -> int:
        done = 0
        with closing(_connect(url)) as connection:
            while not stop.is_set():
                name = secrets.token_hex(8)
                values = ((name, _WORDS, "2026-11-22"), (name, "complaint.filed", "{}"), (name, "{}"))
                if not url:
                    connection.execute("BEGIN IMMEDIATE")
                for sql, row in zip(marks, values, strict=True):
                    connection.execute(sql, row)
                connection.execute("COMMIT") if not url else connection.commit()
                done += 1
        return done

    return act


def _connect(url: str) -> Any:
    if url:
        import psycopg  # noqa: PLC0415 - not needed for SQLite

        return psycopg.connect(url)
    path = Path(os.environ["SANBAO_HOME"]) / "sanbao.sqlite3"
    connection = sqlite3.connect(path, timeout=20, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def make_tables(url: str) -> None:
    auto = "GENERATED ALWAYS AS IDENTITY" if url else ""
    with closing(_connect(url)) as connection:
        for sql in _TABLES:
            connection.execute(sql.format(auto=auto))
        if url:
            connection.commit()


def posting(port: int, world: dict[str, Any]) -> Callable[[int, threading.Event], int]:
    """File complaints over one connection that stays open."""
    body = json.dumps(
        {
            "customer": world["customer"], "device": world["device"], "demand": "exchange",
            "words": _WORDS, "outlet": "BJ01",
        }
    ).encode()  # fmt: skip
    turn = itertools.count()

    def act(_: int, stop: threading.Event) -> int:
        done = 0
        with socket.create_connection(("127.0.0.1", port)) as line, line.makefile("rb") as answers:
            while not stop.is_set():
                line.sendall(
                    b"POST /api/v1/complaints HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    b"Content-Type: application/json\r\n"
                    b"Authorization: Bearer %s\r\nIdempotency-Key: b%d\r\nContent-Length: %d\r\n\r\n%s"
                    % (world["token"].encode(), next(turn), len(body), body)
                )
                status, length = answers.readline(), 0
                while (header := answers.readline()) != b"\r\n":
                    if header.lower().startswith(b"content-length:"):
                        length = int(header.split(b":")[1])
                told = answers.read(length)
                if b" 201 " not in status:
                    raise RuntimeError(f"{status!r} {told[:300]!r}")
                done += 1
        return done

    return act


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=ground.DATABASES, default="sqlite")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    chosen = parser.parse_args()
    url = ground.settle(chosen.database)
    world = ground.open_house()
    make_tables(url)
    rows = []
    with ground.Web() as web:
        post, plain = posting(web.port, world), bare(url)
        together(post, 2)  # warm
        alone = together(plain, chosen.seconds, clients=1)
        pids = ground.database_pids()
        for _ in range(chosen.rounds):
            floor = together(plain, chosen.seconds)
            server, database = web.cpu(), ground.cpu_seconds(pids)
            began = time.perf_counter()
            speed = together(post, chosen.seconds)
            count = speed * (time.perf_counter() - began)
            # the connections of the server may be new processes of the database
            rows.append(
                (
                    floor, speed, speed / floor, (web.cpu() - server) / count * 1000,
                    (ground.cpu_seconds(pids) - database) / count * 1000,
                )
            )  # fmt: skip
    floor, speed, ratio, cpu, base = (statistics.median(column) for column in zip(*rows, strict=True))
    spread = f"{min(r[2] for r in rows):.2f}–{max(r[2] for r in rows):.2f}"
    ground.hand_over(
        database=chosen.database, alone=round(alone), bare=round(floor), posts=round(speed),
        ratio=round(ratio, 3), spread=spread,
        cpu_ms=round(cpu, 2), database_cpu_ms=round(base, 2), rounds=chosen.rounds,
    )  # fmt: skip


if __name__ == "__main__":
    main()
