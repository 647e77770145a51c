"""Shares corrected by the labelled random subset, as far as it reaches into a scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sanbao.base.actor import Actor
from sanbao.engines.counting import Corrected, corrected, wilson
from sanbao.engines.counting import Sample as Cells
from sanbao.engines.text import ASPECTS, CODES
from sanbao.rooms.feedback.adapters.cube import Where
from sanbao.rooms.feedback.models import Sample

NO_LABELS: Final = "no_labels"
UNDRAWN: Final = "undrawn"

Bits = npt.NDArray[np.int64]


def bits_of(said: Iterable[tuple[str, int]]) -> int:
    """Return one bit for each aspect and direction."""
    return sum(_bit(code, way) for code, way in set(said) if way and code in CODES)


def mask_of(name: str, polarity: int) -> int:
    """Return the bits of a thing said one way: an aspect, any of a scenario, any of service."""
    codes = [a.code for a in ASPECTS if name in {a.code, a.scenario} or (name == "service" and a.service)]
    return sum(_bit(code, polarity) for code in codes)


def _bit(code: str, way: int) -> int:
    return 1 << (2 * CODES.index(code) + (way > 0))


@dataclass(frozen=True, slots=True)
class Labels:
    """The random subset within a scope, weighed so that origins drawn more thinly count for more.

    ``reason`` is empty where shares can be corrected by it.
    """

    said: Bits
    read: Bits
    weights: npt.NDArray[np.float64]
    reason: str

    @property
    def n(self) -> int:
        return len(self.said)

    def correct(self, name: str, polarity: int, count: int, n: int) -> Corrected:
        """Return the share as people would have counted it, or why it is not known."""
        if self.reason:
            return Corrected(wilson(count, n), self.reason, 0)
        mask = mask_of(name, polarity)
        said, read = (self.said & mask) != 0, (self.read & mask) != 0
        both, people, program, whole = (
            float(self.weights[which].sum()) for which in (said & read, said, read, slice(None))
        )
        cells = Cells(both, people - both, program - both, whole - people - program + both)
        return corrected(cells, count, n)


def labels(actor: Actor, where: Where, origins: Iterable[str]) -> Labels:
    """Return the random subset of a scope that holds texts of these origins; one query."""
    kept = Sample.objects.visible_to(actor).order_by("id").first()
    if kept is None or not kept.columns.get("said"):
        return _none(NO_LABELS)
    if not set(origins) <= set(kept.origins):
        return _none(UNDRAWN)
    inside = _inside(kept.columns, where)
    raw = 1 / np.asarray(kept.columns["rate"], float)[inside]
    # weighed texts are worth fewer than they are: L. Kish, Survey Sampling (1965), section 11.7
    scale = raw.sum() / (raw @ raw) if len(raw) else 1.0
    said, read = (np.asarray(kept.columns[name], np.int64)[inside] for name in ("said", "read"))
    return Labels(said, read, raw * scale, "")


def _none(reason: str) -> Labels:
    nothing = np.zeros(0, np.int64)
    return Labels(nothing, nothing, np.zeros(0), reason)


def _inside(columns: dict[str, Any], where: Where) -> npt.NDArray[np.bool_]:
    days = np.asarray(columns["day"], np.int64)
    inside = np.ones(len(days), np.bool_)
    if where.since or where.until:
        inside &= days > 0
    if where.since:
        inside &= days >= where.since.toordinal()
    if where.until:
        inside &= days <= where.until.toordinal()
    if where.outlets is not None:
        inside &= np.isin(np.asarray(columns["outlet"], str), list(where.outlets))
    for name, value in (("product", where.product), ("origin", where.origin)):
        if value:
            inside &= np.asarray(columns[name], str) == value
    return inside
