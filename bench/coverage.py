"""How often the bounds of corrected shares hold the truth, while the program errs and the world shifts.

python bench/coverage.py [--rounds 20000]

Each round draws a world: a true share, a program with these hits and false alarms, 6,000 texts, a random part
of them labelled. Beside it stands what counting the program's readings alone would have said.
"""

import argparse

import ground
import numpy as np

from sanbao.engines.counting import Sample, corrected, wilson

TEXTS = 6_000
WORLDS = {
    "as it was trained": (0.30, 0.90, 0.05),
    "prevalence halves": (0.15, 0.885, 0.106),
    "rare": (0.04, 0.80, 0.02),
    "common": (0.75, 0.90, 0.10),
    "finds too much": (0.10, 0.95, 0.25),
    "misses half": (0.20, 0.50, 0.02),
    "knows nothing": (0.20, 0.20, 0.20),
}
"""True share, share of hits, share of false alarms."""


def measure(name: str, labels: int, rounds: int) -> dict[str, object]:
    share, hits, false = WORLDS[name]
    dice = np.random.default_rng(labels)
    held = told = naive = alone = 0
    widths, label_widths, errors = [], [], []
    odds = [share * hits, share * (1 - hits), (1 - share) * false, (1 - share) * (1 - false)]
    for _round in range(rounds):
        cells = [int(cell) for cell in dice.multinomial(labels, odds)]
        count = int(dice.binomial(TEXTS - labels, odds[0] + odds[2])) + cells[0] + cells[2]
        counted, labelled = wilson(count, TEXTS), wilson(cells[0] + cells[1], labels)
        naive += counted.low <= share <= counted.high
        alone += labelled.low <= share <= labelled.high
        label_widths.append(labelled.high - labelled.low)
        found = corrected(Sample(*cells), count, TEXTS)
        if found.sound:
            told += 1
            held += found.share.low <= share <= found.share.high
            widths.append(found.share.high - found.share.low)
            errors.append(abs(found.share.value - share))
    return {
        "world": name, "labels": labels, "coverage": round(held / told, 4),
        "width": round(float(np.mean(widths)), 4),
        "mean_error": round(float(np.mean(errors)), 4), "abstained": round(1 - told / rounds, 4),
        "counting_alone": round(naive / rounds, 4), "labels_alone": round(alone / rounds, 4),
        "labels_alone_width": round(float(np.mean(label_widths)), 4),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20_000)
    rounds = parser.parse_args().rounds
    rows = [measure(name, labels, rounds) for name in WORLDS for labels in (300, 500)]
    ground.hand_over(texts=TEXTS, rounds=rounds, rows=rows)


if __name__ == "__main__":
    main()
