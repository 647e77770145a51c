"""Many questions at once: which answers stand out when some must by chance?"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Give the q-value of each p-value: the share of false findings among those at least as striking.

    It holds for tests that are independent or lean the same way.

    Source: Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57 (1995), 289-300.
    """
    return _stepped(p_values, 1.0)


def benjamini_yekutieli(p_values: Sequence[float]) -> tuple[float, ...]:
    """Give q-values that hold however the tests depend on one another; they are larger.

    Source: Y. Benjamini, D. Yekutieli, Annals of Statistics 29 (2001), 1165-1188.
    """
    return _stepped(p_values, float((1 / np.arange(1, len(p_values) + 1)).sum()))


def _stepped(p_values: Sequence[float], price: float) -> tuple[float, ...]:
    p: npt.NDArray[np.float64] = np.asarray(p_values, float)
    order = np.argsort(-p, kind="stable")
    ranks = np.arange(len(p), 0, -1)
    least = np.minimum.accumulate(np.minimum(p[order] * price * len(p) / ranks, 1.0))
    found = np.empty_like(p)
    found[order] = least
    return tuple(float(each) for each in found)
