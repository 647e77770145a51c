"""How fast rights are computed: one verdict, its two texts, and a fleet of a million devices.

python bench/policy.py [--rows 1000000] [--sample 100000]
"""

import argparse
import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import ground
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from sanbao.engines.policy import Facts, Verdict, evaluate, words
from sanbao.engines.policy.columns import NONE
from sanbao.rooms.repairs.adapters.cases import facts_of
from sanbao.rooms.repairs.adapters.fleets import answer_fleet, judge_table
from sanbao.rooms.repairs.adapters.packs import packs_for

SEED = 20261122
TODAY = date(2026, 11, 22)
BITS = {"repair": 1, "exchange": 2, "refund": 4}
OUTCOMES = {"decided": 0, "needs_person": 1, "refused": 2}


def fleet(rows: int) -> pa.Table:
    """A fleet as a brand's own records would have it: mostly healthy phones, some repairs, few oddities."""
    rng = np.random.default_rng(SEED)
    first = np.datetime64("2024-06-01")
    bought = first + rng.integers(0, 880, rows)
    online = rng.random(rows) < 0.4
    delivered = bought + np.where(online, rng.integers(1, 6, rows), 0)
    fault = np.minimum(delivered + rng.integers(0, 800, rows), np.datetime64(TODAY))
    fault = np.maximum(fault, delivered)
    room = (fault - delivered).astype(int) // 3
    failed = rng.choice([0, 1, 2, 3], rows, p=[0.9, 0.06, 0.03, 0.01])
    repair_days = np.where(failed > 0, np.minimum(rng.integers(1, 12, rows), room), 0)
    exchanged = np.where(rng.random(rows) < 0.02, delivered + room, np.datetime64("NaT"))
    return pa.table(
        {
            "jurisdiction": dictionary(rows, rng, ["CN"], [1.0]),
            "packs": dictionary(rows, rng, ["statutory+brand"], [1.0]),
            "product_class": dictionary(
                rows, rng, ["phone", "laptop", "tablet", "tv"], [0.85, 0.05, 0.07, 0.03]
            ),
            "part": dictionary(rows, rng, ["main"], [1.0]),
            "purchased_on": pa.array(bought.astype("datetime64[D]")),
            "delivered_on": pa.array(delivered.astype("datetime64[D]")),
            "proof_of_purchase": dictionary(rows, rng, ["invoice", "copy", "none"], [0.94, 0.03, 0.03]),
            "manufactured_on": pa.array((bought - rng.integers(10, 200, rows)).astype("datetime64[D]")),
            "fault_on": pa.array(fault.astype("datetime64[D]")),
            "fault_kind": dictionary(
                rows, rng, ["listed-fault", "unlisted-fault", "customer-damage"], [0.8, 0.05, 0.15]
            ),
            "sales_channel": pa.array(np.where(online, "online", "store")).dictionary_encode(),
            "failed_repairs": pa.array(failed.astype(np.int32)),
            "repair_days": pa.array(repair_days.astype(np.int32)),
            "exchanged_on": pa.array(exchanged.astype("datetime64[D]")),
            "customer_refuses_exchange": pa.array(rng.random(rows) < 0.1),
            "same_model_in_stock": pa.array(rng.random(rows) < 0.9),
        }
    )


def dictionary(rows, rng, names, chances):
    codes = rng.choice(len(names), rows, p=chances).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names))


def best(times: int, work) -> float:
    """Seconds of processor time, so that a busy machine does not look like slow work."""
    found = []
    for _ in range(times):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return min(found)


Figure = tuple[str, float, str]


def one_verdict() -> list[Figure]:
    """Microseconds for one verdict, for what would change it, and for its two texts."""
    book, rnd = packs_for("CN", brand=True), random.Random(SEED)
    cases = [
        Facts(
            purchased_on=(bought := date(2025, 1, 1) + timedelta(days=rnd.randrange(300))),
            delivered_on=bought,
            fault_on=bought + timedelta(days=rnd.choice([3, 7, 12, 15, 100, 364, 366, 400])),
            failed_repairs=rnd.choice([0, 0, 1, 2]),
            sales_channel=rnd.choice(["store", "online"]),
        )
        for _ in range(2_000)
    ]
    verdicts = [evaluate(book, case) for case in cases]
    told = verdicts[:500]
    judging = best(3, lambda: [evaluate(book, case) for case in cases]) / len(cases)
    changing = best(3, lambda: [verdict.changes for verdict in verdicts]) / len(cases)
    telling = best(3, lambda: [(words.explain(v, "zh"), words.explain(v, "en")) for v in told]) / len(told)
    return [
        ("one verdict with its trace, µs", judging * 1e6, "under 100"),
        ("what would change it, µs", changing * 1e6, ""),
        ("its texts in two languages, µs", telling * 1e6, "under 1000"),
    ]


def whole_fleet(rows: int, sample: int) -> list[Figure]:
    """Verdicts per second over a fleet, on one core, and how many of a sample agree with single cases."""
    table = fleet(rows)
    # One core: Arrow reads with as many threads as it is given.
    pa.set_cpu_count(1)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "fleet.parquet", Path(folder) / "answers.parquet"
        parquet.write_table(table, source)
        judge_table(table.slice(0, 1000))
        judging = best(3, lambda: judge_table(table))
        everything = best(1, lambda: answer_fleet(source, target))
    packs = sum(not pack.classes or "phone" in pack.classes for pack in packs_for("CN", brand=True).packs)
    return [
        (f"fleet of {rows:,}: devices/s", rows / judging, ""),
        (f"device-pack verdicts/s, {packs} packs each", rows * packs / judging, "over 1,000,000"),
        ("Parquet in, Parquet out, s", everything, ""),
        (f"of {sample:,} alike with single verdicts", agree(table, sample), f"{sample:,}"),
    ]


def agree(table: pa.Table, sample: int) -> int:
    """How many rows, drawn over the whole table, get the verdict of the single case."""
    rows = np.sort(np.random.default_rng(SEED).choice(table.num_rows, sample, replace=False))
    part = table.take(pa.array(rows))
    verdicts, book = judge_table(part), packs_for("CN", brand=True)
    columns = (
        verdicts.outcome,
        verdicts.remedies,
        verdicts.days_left,
        verdicts.share,
        verdicts.loaner_due,
        verdicts.disputed,
    )
    swept = zip(*(column.tolist() for column in columns), strict=True)
    return sum(
        found == single(evaluate(book, facts_of(row)))
        for found, row in zip(swept, part.to_pylist(), strict=True)
    )


def single(verdict: Verdict) -> tuple[int, ...]:
    share = verdict.refund_share
    return (
        OUTCOMES[verdict.outcome],
        sum(BITS[name] for name in verdict.remedies),
        NONE if verdict.days_left is None else verdict.days_left,
        NONE if share is None else int(share * 10_000),
        verdict.loaner_due,
        verdict.disputed,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=100_000)
    chosen = parser.parse_args()
    figures = (*one_verdict(), *whole_fleet(chosen.rows, min(chosen.sample, chosen.rows)))
    for name, value, limit in figures:
        print(f"{name:44} {value:14,.1f}   {limit}")
    ground.hand_over(figures=[(name, round(value, 1), limit) for name, value, limit in figures])


if __name__ == "__main__":
    main()
