"""The bounds hold what they promise while the program errs and the world shifts."""

import numpy as np
import pytest

from sanbao.engines.counting import Sample, corrected, difference, wilson

ROUNDS = 2_500
SHIFTS = {
    "as it was trained": (0.30, 0.90, 0.05),
    "prevalence halves": (0.15, 0.885, 0.106),
    "rare": (0.04, 0.80, 0.02),
    "common": (0.75, 0.90, 0.10),
    "finds too much": (0.10, 0.95, 0.25),
    "misses half": (0.20, 0.50, 0.02),
    "knows nothing": (0.20, 0.20, 0.20),
}


def drawn(dice, shift, labels, texts):
    """A labelled random part and the program's count over all, from one world."""
    share, hits, false = shift
    cells = dice.multinomial(
        labels, [share * hits, share * (1 - hits), (1 - share) * false, (1 - share) * (1 - false)]
    )
    rest = dice.binomial(texts - labels, share * hits + (1 - share) * false)
    return Sample(*map(int, cells)), int(rest + cells[0] + cells[2])


@pytest.mark.parametrize("name", SHIFTS)
@pytest.mark.parametrize("labels", [300, 500])
def test_corrected_shares_hold_the_truth_in_93_to_97_of_100(name, labels):
    dice = np.random.default_rng(sum(map(ord, name)) + labels)
    held = told = 0
    for _round in range(ROUNDS):
        sample, count = drawn(dice, SHIFTS[name], labels, 6_000)
        found = corrected(sample, count, 6_000)
        told += found.sound
        held += found.sound and found.share.low <= SHIFTS[name][0] <= found.share.high
    assert told > 0.99 * ROUNDS
    assert 0.93 <= held / told <= 0.97


def test_counting_what_the_program_reads_does_not_hold_it_at_all():
    dice = np.random.default_rng(1)
    held = 0
    for _round in range(300):
        _sample, count = drawn(dice, SHIFTS["prevalence halves"], 300, 6_000)
        found = wilson(count, 6_000)
        held += found.low <= 0.15 <= found.high
    assert held == 0


def test_corrected_differences_hold_the_truth_while_the_program_changes_between_two_periods():
    dice = np.random.default_rng(9)
    held = 0
    for _round in range(ROUNDS):
        before = corrected(*drawn(dice, (0.15, 0.9, 0.05), 400, 5_000), 5_000).share
        after = corrected(*drawn(dice, (0.20, 0.7, 0.12), 400, 5_000), 5_000).share
        found = difference(after, before)
        held += found.low <= 0.05 <= found.high
    assert 0.93 <= held / ROUNDS <= 0.97


@pytest.mark.parametrize(
    ("one", "n", "other", "m"), [(0.1, 200, 0.15, 300), (0.03, 400, 0.05, 150), (0.5, 80, 0.4, 60)]
)
def test_differences_of_counted_shares_hold_the_truth(one, n, other, m):
    dice = np.random.default_rng(n)
    held = 0
    for count, base in zip(dice.binomial(n, one, ROUNDS), dice.binomial(m, other, ROUNDS), strict=True):
        found = difference(wilson(count, n), wilson(base, m))
        held += found.low <= one - other <= found.high
    assert 0.93 <= held / ROUNDS <= 0.97
