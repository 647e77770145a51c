"""Texts brought in per second, on one core, without reading them; then the same file again, all duplicates.

python bench/importing.py --database sqlite|postgres [--texts 20000] [--rounds 5]
"""

import argparse
import csv
import os
import random
import statistics
import time
from pathlib import Path

import ground


def make_file(path: Path, texts: int, seed: int) -> None:
    """A CSV of texts of our own writing, no two alike."""
    from sanbao.demo.texts import Mood, write  # noqa: PLC0415 - Django must stand first

    rng = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["评论", "打分", "时间"])
        for number in range(texts):
            text, stars = write(rng, Mood(rng.random()))
            rows.writerow([f"{text} 单号{seed}-{number}", stars, "2026-05-01"])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=ground.DATABASES, default="sqlite")
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    ground.settle(chosen.database)

    from django.utils import timezone  # noqa: PLC0415 - Django must stand first

    from sanbao.base.actor import system  # noqa: PLC0415
    from sanbao.rooms.feedback import services  # noqa: PLC0415
    from sanbao.rooms.ledger import queries as ledger  # noqa: PLC0415

    house = system(timezone.now(), "bench")
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    fresh, again, wall = [], [], []
    for turn in range(chosen.rounds):
        path = Path(os.environ["SANBAO_HOME"]) / f"{turn}.csv"
        make_file(path, chosen.texts, turn)
        for kept, wanted in ((fresh, "stored"), (again, "duplicates")):
            began, clock = time.process_time(), time.perf_counter()
            done = services.import_file(house, path)
            kept.append(chosen.texts / (time.process_time() - began))
            if wanted == "stored":
                wall.append(chosen.texts / (time.perf_counter() - clock))
                facts = ledger.timeline(done.number)
                assert [fact.event for fact in facts] == ["feedback.batch_finished"]
            assert getattr(done, wanted) == chosen.texts, done
    ground.hand_over(
        database=chosen.database, texts=chosen.texts, per_cpu_second=round(statistics.median(fresh)),
        per_second=round(statistics.median(wall)), again_per_cpu_second=round(statistics.median(again)),
    )  # fmt: skip


if __name__ == "__main__":
    main()
