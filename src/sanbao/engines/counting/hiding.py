"""Groups too small to be shown, and those that would give them away."""

from collections.abc import Mapping
from typing import Final

SMALLEST: Final = 5


def hidden(sizes: Mapping[str, int], *, smallest: int = SMALLEST) -> frozenset[str]:
    """Name the groups that must not be shown where their sum is known.

    Those of fewer than ``smallest`` texts; and where these together are still fewer, or only one, the next
    smallest as well: what is missing in the sum would otherwise be that one group.

    Source: L. Willenborg, T. de Waal, Elements of Statistical Disclosure Control (2001), section 1.4.
    """
    ordered = sorted((name for name, n in sizes.items() if n), key=lambda name: (sizes[name], name))
    few = [name for name in ordered if sizes[name] < smallest]
    if not few:
        return frozenset()
    rest = ordered[len(few) :]
    while rest and (len(few) < 2 or sum(sizes[name] for name in few) < smallest):  # noqa: PLR2004 - a pair hides each
        few.append(rest.pop(0))
    return frozenset(few)
