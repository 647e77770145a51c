"""Run every bench and write ``docs/bench.md``: machine, day, commands and ratios.

python bench/run.py [--only NAME …]

A bench is a program in this folder whose last line is JSON; add it to ``BENCHES`` with a function that turns
its results into lines of Markdown.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ground

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "bench.md"
LONGEST = 240
"""Seconds after which a bench is given up and said to have been."""

_HOW = """Figures are medians of five rounds, both sides in turn, unless it says otherwise. A figure of
another machine is another figure: compare ratios."""
_POST = """Eight clients post complaints to the API (key, visibility, rules, ledger, answer kept for repeats)
over the loopback; eight bare connections of the same database commit three inserts, in turn with
them. Every commit is on disk. The clients run on the same cores.

What is not the database is Python: who asks and with which grants, the body checked, the four steps
of the verb, the clocks counted, the fact written. On SQLite each POST holds the one writer from its
first to its last statement; on PostgreSQL the processors are full long before the disk is. SQLite's
writers wait for each other by sleeping, so eight bare connections do less than one."""
_LISTS = """The first page of each list (50 rows in the API, 30 to 50 at the desk) through the whole stack but
the socket. *before* are the reads that say who asks; *CPU* is the program's, *ms* the clock's with
the database. django-helpdesk's list for comparison: not run."""
_IMPORTING = """A CSV of generated texts through `import_file`, on one core, not read; then the same file
again, in which every row is a duplicate. One fact in the ledger per file. Goal: 20,000 texts/s."""

Results = Sequence[dict[str, Any]]


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]


def tell_post(results: Results) -> list[str]:
    goals = {"sqlite": 0.2, "postgres": 0.4}
    return [
        _POST,
        "",
        *table(
            (
                "database", "one bare connection/s", "eight/s", "POST/s", "ratio (spread)", "goal",
                "CPU ms per POST",
                "database's",
            ),
            [
                (
                    r["database"], r["alone"], r["bare"], r["posts"],
                    f"{r['ratio']} ({r['spread']})",
                    goals[r["database"]], r["cpu_ms"], r["database_cpu_ms"],
                )
                for r in results
            ],
        ),
    ]  # fmt: skip


def tell_lists(results: Results) -> list[str]:
    rows = [(r["database"], each) for r in results for each in r["lists"]]
    return [
        _LISTS,
        "",
        *table(
            ("database", "list", "rows", "SELECTs", "before", "CPU ms", "ms"),
            [
                (name, f"`{e['address']}`", f"{e['rows']:,}", e["selects"], e["before"], e["cpu_ms"], e["ms"])
                for name, e in rows
            ],
        ),
    ]


def tell_importing(results: Results) -> list[str]:
    return [
        _IMPORTING,
        "",
        *table(
            ("database", "texts", "texts per CPU second", "texts/s by the clock", "again, per CPU second"),
            [
                tuple(f"{r[k]:,}" if k != "database" else r[k] for k in
                      ("database", "texts", "per_cpu_second", "per_second", "again_per_cpu_second"))
                for r in results
            ],
        ),
    ]  # fmt: skip


def tell_engines(results: Results) -> list[str]:
    (r,) = results
    return table(
        ("what", "figure"),
        [
            ("one verdict with its trace", f"{r['verdict_us']} µs"),
            ("one deadline of seven working days with its steps", f"{r['deadline_us']} µs"),
            ("texts read for aspects", f"{r['read_per_second']:,} per CPU second"),
        ],
    )


BENCHES: dict[str, tuple[str, Sequence[str], Callable[[Results], list[str]]]] = {
    "complaint_post": ("A durable complaint", ground.DATABASES, tell_post),
    "lists": ("Lists", ground.DATABASES, tell_lists),
    "importing": ("Texts brought in", ground.DATABASES, tell_importing),
    "engines": ("Engines", ("",), tell_engines),
}


def run(name: str, database: str) -> dict[str, Any] | None:
    """Run one bench in a process of its own; None where it failed or took too long."""
    command = [sys.executable, str(HERE / f"{name}.py"), *(("--database", database) if database else ())]
    print(" ".join(["python", f"bench/{name}.py", *command[2:]]), flush=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        print(f"  failed: {type(fault).__name__}\n{str(fault.stderr or '')[-2000:]}", file=sys.stderr)
        return None
    found = next(line for line in reversed(done.stdout.splitlines()) if line.startswith("{"))
    print(f"  {found[:200]}", flush=True)
    result: dict[str, Any] = json.loads(found)
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", choices=list(BENCHES), default=list(BENCHES))
    chosen = parser.parse_args()
    today = date.today()  # noqa: DTZ011 - the day on the wall
    began, load = time.monotonic(), os.getloadavg()[0]
    page = [
        "# Speed, as measured",
        "",
        f"Written by `make bench` on {today:%Y-%m-%d} ({ground.machine()}; load before {load:.1f}). {_HOW}",
    ]
    missing = []
    for name in chosen.only:
        title, databases, tell = BENCHES[name]
        results = [result for database in databases if (result := run(name, database)) is not None]
        missing += [name] * (len(results) < len(databases))
        each = " and ".join(f"`python bench/{name}.py{f' --database {d}' if d else ''}`" for d in databases)
        page += ["", f"## {title}", "", each, "", *(tell(results) if results else ["Not run: it failed."])]
    page += ["", f"The whole took {time.monotonic() - began:.0f} s.", ""]
    if chosen.only == list(BENCHES):
        PAGE.write_text("\n".join(page), encoding="utf-8")
    print("\n".join(page))
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
