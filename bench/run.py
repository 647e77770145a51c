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
first to its last statement, and the next one asks for it again within a millisecond; on PostgreSQL the
processors are full long before the disk is. Bare SQLite connections wait for each other by sleeping, so
eight of them do less than one."""
_LISTS = """The first page of each list (50 rows in the API, 30 to 50 at the desk) through the whole stack but
the socket. *before* are the reads that say who asks; *CPU* is the program's, *ms* the clock's with
the database. django-helpdesk's list is measured further down."""
_HELPDESK = """The first 50 rows of our lists and of django-helpdesk's (BSD, installed apart from everything
else from `requirements/bench.txt`, never shipped), same number of rows behind both, same database, whole
stack but the socket. *table* is the JSON behind its page of tickets, *rest* the list of its REST
interface; every ticket has one follow-up. Five rounds in turn, ten pages each, CPU of the
program. Goal: 10 times less."""
_IMPORTING = """A CSV of generated texts through `import_file`, on one core, not read; then the same file
again, in which every row is a duplicate. One fact in the ledger per file. Goal: 20,000 texts/s."""
_VOICE = """Server time of `/desk/voice/` through the whole stack but the socket, each time with other facets:
two years of texts, sixty outlets and twenty models drawn unevenly, six origins, 3,000 labels. Cells are
added up, never texts. *CPU* is the program's (SQLite's with it),
the database's a mean. Goal: p99 under 150 ms for any choice."""
_COVERAGE = """Simulated worlds of 6,000 texts in which the program errs as it did not in training; how often
95 % bounds hold the true share. Goal: .93 to .97.
*Counting alone* is what everybody ships."""
_RIGHTS = """Processor time on one core, the best of three. A verdict comes with its trace as codes; what
would change it and its texts are worked out when somebody asks. The fleet is a Parquet table with the
packs of the law and of the brand; a sample of it is judged again one by one and compared."""

Results = Sequence[dict[str, Any]]


_WATCH = """Open orders made in bulk with their lines ahead; one in a hundred crosses one. Timed is the whole
sweep: orders found, rights and ledger facts written, answer clocks counted, next dates put down, every chunk
of a thousand on disk. One run. Goal: a million orders in less than 10 s."""


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


def tell_voice(results: Results) -> list[str]:
    heads = ("database", "facets", "n", "p50 ms", "p99 ms", "CPU p50 ms", "CPU p99 ms", "database's CPU ms")
    keys = ("facets", "n", "p50_ms", "p99_ms", "cpu_p50_ms", "cpu_p99_ms", "database_cpu_ms")
    made = [
        f"{r['database']}: {r['mentions']:,} mentions in {r['texts']:,} texts, all counted anew in "
        f"{r['rebuild_s']} s."
        for r in results
    ]
    rows = [(r["database"], *(each[k] for k in keys)) for r in results for each in r["rows"]]
    return [_VOICE, "", *made, "", *table(heads, rows)]


def tell_coverage(results: Results) -> list[str]:
    (r,) = results
    heads = (
        "world", "labels", "bounds hold", "width", "mean error", "labels alone: hold", "width",
        "counting alone: holds",
    )  # fmt: skip
    keys = (
        "world", "labels", "coverage", "width", "mean_error", "labels_alone", "labels_alone_width",
        "counting_alone",
    )  # fmt: skip
    return [_COVERAGE, "", *table(heads, [tuple(each[k] for k in keys) for each in r["rows"]])]


def tell_watch(results: Results) -> list[str]:
    rows = [
        (
            r["database"], f"{r['orders']:,}", f"{r['raised']:,}", r["seconds"], r["cpu_seconds"],
            r["database_cpu"], r["load"], r["per_right_ms"], r["nothing_due_ms"],
        )
        for r in results
    ]  # fmt: skip
    heads = (
        "database", "open orders", "rights raised", "s", "CPU s", "database's", "load", "ms per right",
        "ms with nothing due",
    )  # fmt: skip
    return [_WATCH, "", *table(heads, rows)]


def tell_policy(results: Results) -> list[str]:
    (r,) = results
    rows = [(name, f"{value:,}", limit) for name, value, limit in r["figures"]]
    return [_RIGHTS, "", *table(("what", "figure", "goal"), rows)]


def tell_helpdesk(results: Results) -> list[str]:
    heads = (
        "database", "rows", "list", "CPU ms", "statements", "against `/api/v1/repairs`",
        "against `/api/v1/complaints`",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for r in results:
        for name in ("table", "rest"):
            ratios = [f"{r['ratios'][f'{name}/{ours}']} times" for ours in ("repairs", "complaints")]
            rows.append(
                (r["database"], f"{r['rows']:,}", name, r["cpu_ms"][name], r["selects"][name], *ratios)
            )
        for ours in ("repairs", "complaints"):
            figures = (f"`/api/v1/{ours}`", r["cpu_ms"][ours], r["selects"][ours], "", "")
            rows.append((r["database"], f"{r['rows']:,}", *figures))
    return [_HELPDESK, "", *table(heads, rows)]


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


def tell_texts(results: Results) -> list[str]:
    (r,) = results
    speed, same, peer = r["speeds"], r["same"], r["snownlp"]
    rows = [
        ("skim (`--fast`), from Arrow", f"{speed['fast_from_arrow']:,.0f}", "300,000"),
        ("skim, from a list", f"{speed['fast_from_list']:,.0f}", "150,000"),
        ("plain (`--plain`)", f"{speed['plain']:,.0f}", "20,000"),
        ("deep, with the network", f"{speed['deep']:,.0f}", "-"),
        ("deep, with the words that moved it", f"{speed['deep_with_reasons']:,.0f}", "-"),
        ("near copies found", f"{speed['near_copies']:,.0f}", "16,667"),
    ]
    lines = table((f"reading, {speed['characters_per_text']} characters a text", "texts/s", "goal"), rows)
    alone = f"One text alone: {speed['one_text_plain_ms']} ms plain, {speed['one_text_deep_ms']} ms deep."
    lines += ["", alone + " Quality: `sanbao train evaluate`, kept in the model's `card.json`."]
    if peer:
        ours = ", ".join(f"{name} {value:,}" for name, value in same.items())
        tone = r["sentiment"]["online_shopping"]
        told = f"The same {r['sample']:,} reviews, per CPU s: snownlp {peer['texts_per_s']:,}; {ours}."
        right = f"Tone: snownlp {peer['accuracy']:.3f}, ours {tone['accuracy']:.3f} (n {tone['n']:,})."
        lines += ["", f"{told} {right}"]
    return lines


BENCHES: dict[str, tuple[str, Sequence[str], Callable[[Results], list[str]]]] = {
    "complaint_post": ("A durable complaint", ground.DATABASES, tell_post),
    "lists": ("Lists", ground.DATABASES, tell_lists),
    "helpdesk": ("The same list in django-helpdesk", ground.DATABASES, tell_helpdesk),
    "importing": ("Texts brought in", ground.DATABASES, tell_importing),
    "voice": ("The voice page over a million mentions", ground.DATABASES, tell_voice),
    "coverage": ("Shares corrected by labels", ("",), tell_coverage),
    "watch": ("Lines of the law", ground.DATABASES, tell_watch),
    "policy": ("Rights", ("",), tell_policy),
    "texts": ("Texts read", ("",), tell_texts),
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
