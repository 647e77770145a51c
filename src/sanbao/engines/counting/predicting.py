"""What the share would be if people had read every text: the program's count corrected by a random sample.

The program reads all texts and errs; people read few and do not. The sample says how far the program is
off, and how sure that is. Without a random sample nobody knows, and the figure says so.
"""

from dataclasses import dataclass
from typing import Final

from sanbao.engines.counting.shares import Estimate, wilson

LEAST_LABELS: Final = 50
"""Random labels below which the correction abstains: its bounds could not be trusted."""
LEAST_POSITIVE: Final = 5
"""Texts that carry the thing, by label or by program, below which the correction abstains."""
_PRIOR: Final = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """Texts drawn at random and read by people, beside what the program read in them.

    Texts that stand for more than others count for more; then these are fractions.
    """

    both: float
    only_people: float
    only_program: float
    neither: float

    @property
    def n(self) -> float:
        return self.both + self.only_people + self.only_program + self.neither

    @property
    def precision(self) -> Estimate:
        """Of what the program found, the share that people found too."""
        return wilson(self.both, self.both + self.only_program)

    @property
    def recall(self) -> Estimate:
        """Of what people found, the share that the program found too."""
        return wilson(self.both, self.both + self.only_people)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A share with its bounds. ``reason`` is empty where it is corrected; otherwise it says why it is not:
    ``few_labels``, ``few_positive``, ``no_texts``; then the value is the program's own count.

    ``weight`` says how much the program's count is worth, from 0 to 1; ``worth`` how many labelled texts
    alone would give as narrow bounds.
    """

    share: Estimate
    reason: str
    labels: float
    weight: float = 0.0
    worth: float = 0.0

    @property
    def sound(self) -> bool:
        return not self.reason


def corrected(sample: Sample, count: int, n: int) -> Corrected:
    """Give the share of ``n`` texts, ``count`` of them by the program, as people would have counted it.

    The sample is a random part of these texts. Bounds are Wilson's at the effective number of texts, so
    that they stay within 0 and 1 and hold for rare things.

    Source: A. N. Angelopoulos, S. Bates, C. Fannjiang, M. I. Jordan, T. Zrnic, Science 382 (2023), 669-674;
    weight: A. N. Angelopoulos, J. C. Duchi, T. Zrnic, PPI++, arXiv:2311.01453 (2024).
    """
    own = wilson(count, n)
    positive = sample.both + max(sample.only_people, sample.only_program)
    if not n:
        return Corrected(own, "no_texts", sample.n)
    if sample.n < LEAST_LABELS:
        return Corrected(own, "few_labels", sample.n)
    if positive < LEAST_POSITIVE:
        return Corrected(own, "few_positive", sample.n)
    return _corrected(sample, count, n)


def _corrected(sample: Sample, count: int, n: int) -> Corrected:
    labels, rest = sample.n, max(n - sample.n, 1)
    in_rest = min(max((count - sample.both - sample.only_program) / rest, 0.0), 1.0)
    people, program = _shares(sample)
    weight = _weight(sample, labels / rest)
    value = people + weight * (in_rest - program)
    smooth_people, smooth_program, smooth_both = _smoothed(sample)
    spread = (
        smooth_people * (1 - smooth_people)
        - 2 * weight * (smooth_both - smooth_people * smooth_program)
        + weight * weight * smooth_program * (1 - smooth_program)
    ) / labels + weight * weight * in_rest * (1 - in_rest) / rest
    inside = min(max(value, 0.5 / labels), 1 - 0.5 / labels)
    worth = inside * (1 - inside) / spread
    bounds = wilson(inside * worth, worth)
    return Corrected(
        Estimate(min(max(value, 0.0), 1.0), bounds.low, bounds.high, n), "", labels, weight, worth
    )


def _shares(sample: Sample) -> tuple[float, float]:
    return (sample.both + sample.only_people) / sample.n, (sample.both + sample.only_program) / sample.n


def _smoothed(sample: Sample) -> tuple[float, float, float]:
    """Half a text more in each cell: a sample without an error does not prove that there are none."""
    n = sample.n + 4 * _PRIOR
    both = sample.both + _PRIOR
    people = both + sample.only_people + _PRIOR
    program = both + sample.only_program + _PRIOR
    return people / n, program / n, both / n


def _weight(sample: Sample, ratio: float) -> float:
    """Give the weight that makes the bounds narrowest; no agreement, no weight."""
    people, program, both = _smoothed(sample)
    along, own = both - people * program, program * (1 - program)
    return min(max(along / ((1 + ratio) * own), 0.0), 1.0) if own > 0 else 0.0
