"""Counting what was read: shares and how sure they are, without a database and without a clock."""

from sanbao.engines.counting.comparing import (
    LEAST_TO_RANK,
    Compared,
    Held,
    compared,
    placed,
    shrink,
    standardised,
)
from sanbao.engines.counting.discoveries import benjamini_hochberg, benjamini_yekutieli
from sanbao.engines.counting.hiding import SMALLEST, hidden
from sanbao.engines.counting.predicting import LEAST_LABELS, Corrected, Sample, corrected
from sanbao.engines.counting.shares import Estimate, difference, difference_p, wilson
from sanbao.engines.counting.trends import Trend, trend
from sanbao.engines.counting.turns import Turn, turn_p, turns

__all__ = [
    "LEAST_LABELS",
    "LEAST_TO_RANK",
    "SMALLEST",
    "Compared",
    "Corrected",
    "Estimate",
    "Held",
    "Sample",
    "Trend",
    "Turn",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "compared",
    "corrected",
    "difference",
    "difference_p",
    "hidden",
    "placed",
    "shrink",
    "standardised",
    "trend",
    "turn_p",
    "turns",
    "wilson",
]
