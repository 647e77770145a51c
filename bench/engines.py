"""The engines by themselves: one verdict, one deadline of seven days, texts read per second.

python bench/engines.py
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import ground

from sanbao.demo.texts import Mood, write
from sanbao.engines.calendar import deadline, working_days
from sanbao.engines.policy import Facts, evaluate
from sanbao.rooms.complaints.rules import working_calendar
from sanbao.rooms.feedback.adapters.reader import load_reader
from sanbao.rooms.repairs.adapters.packs import packs_for

ROUNDS = 5


def cost(act: Callable[[], object]) -> float:
    """CPU seconds of one run, the median of five."""
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        act()
        spent.append(time.process_time() - began)
    return statistics.median(spent)


def main() -> None:
    rng = random.Random(7)
    book = packs_for("CN", brand=True)
    today = date(2026, 6, 17)
    bought = [today - timedelta(days=rng.randrange(1, 900)) for _ in range(1000)]
    cases = [
        Facts(
            jurisdiction="CN", product_class="phone", part="main", purchased_on=day, delivered_on=day,
            proof_of_purchase="invoice", fault_on=today, fault_kind="listed-fault",
        )
        for day in bought
    ]  # fmt: skip
    calendar = working_calendar("Asia/Shanghai")
    starts = [datetime(2026, 1, 1, 2, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(1000)]
    budget = working_days(7)
    texts = [write(rng, Mood(0.5))[0] for _ in range(2000)]
    reader = load_reader()
    evaluate(book, cases[0])
    ground.hand_over(
        verdict_us=round(cost(lambda: [evaluate(book, case) for case in cases]) * 1e3),
        deadline_us=round(cost(lambda: [deadline(start, budget, calendar) for start in starts]) * 1e3),
        read_per_second=round(len(texts) / cost(lambda: reader.read_many(texts))),
    )


if __name__ == "__main__":
    main()
