"""How far readers agree when neither has seen the other's labels: per aspect, with n and interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sanbao.base.actor import Actor, require
from sanbao.engines.text import CODES
from sanbao.rooms.feedback.models import Label

_DRAWS: Final = 1_000
_SEED: Final = 20240601
_LOW, _HIGH = 2.5, 97.5
_FEWEST: Final = 10
_PAIR: Final = 2

Marks = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readers agree on one thing, on ``n`` texts; ``spoken`` of them it was found by somebody.

    ``kappa`` is Cohen's, ``alpha`` Krippendorff's for names; both are 1 for full agreement and 0 for what
    chance alone would give. None where it cannot be told: fewer than ten texts, or nobody ever found it.
    """

    code: str
    n: int
    spoken: int
    same: float
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None
    alpha: float | None


def agreement(actor: Actor) -> tuple[Agreement, ...]:
    """Return the agreement on each aspect and on the judgement of the whole (``overall``); one query.

    An aspect counts with its direction: absent, praised, blamed, both or only stated.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.teach")
    pairs: dict[int, list[Label]] = {}
    for row in Label.objects.visible_to(actor).filter(unreadable=False).order_by("lesson_id", "id"):
        pairs.setdefault(row.lesson_id, []).append(row)
    both = [rows[:_PAIR] for rows in pairs.values() if len(rows) >= _PAIR]
    found = [_agreement(code, _marks(both, code)) for code in CODES]
    judged = np.array([[row.overall for row in rows] for rows in both], dtype=np.int8).reshape(-1, _PAIR)
    return (*found, _agreement("overall", judged))


def _marks(both: Sequence[Sequence[Label]], code: str) -> Marks:
    """Give one row for each text: what each reader says about the aspect, as a number; 0 for nothing."""
    return np.array([[_said(row.aspects, code) for row in rows] for rows in both], dtype=np.int8).reshape(
        -1, _PAIR
    )


def _said(aspects: Sequence[Sequence[Any]], code: str) -> int:
    signs = {int(row[1]) for row in aspects if row[0] == code}
    return sum(1 << (sign + 1) for sign in signs)


def _agreement(code: str, marks: Marks) -> Agreement:
    n, spoken = len(marks), int((marks != 0).any(axis=1).sum())
    same = float((marks[:, 0] == marks[:, 1]).mean()) if n else 0.0
    value = kappa(marks) if n >= _FEWEST else None
    low, high = _interval(marks) if value is not None else (None, None)
    return Agreement(code, n, spoken, same, value, low, high, alpha(marks) if n >= _FEWEST else None)


def kappa(marks: Marks) -> float | None:
    """Return Cohen's kappa of two readers; None where chance alone explains everything.

    Source: J. Cohen, A coefficient of agreement for nominal scales, 1960.
    """
    names = np.unique(marks)
    observed = float((marks[:, 0] == marks[:, 1]).mean())
    chance = sum(float((marks[:, 0] == name).mean() * (marks[:, 1] == name).mean()) for name in names)
    return None if chance >= 1 else (observed - chance) / (1 - chance)


def alpha(marks: Marks) -> float | None:
    """Return Krippendorff's alpha for names and two readers who read everything.

    Source: K. Krippendorff, Computing Krippendorff's alpha-reliability, 2011.
    """
    total = marks.size
    counts = np.unique(marks, return_counts=True)[1].astype(float)
    expected = 1 - float((counts * (counts - 1)).sum()) / (total * (total - 1))
    observed = float((marks[:, 0] != marks[:, 1]).mean())
    return None if expected <= 0 else 1 - observed / expected


def _interval(marks: Marks) -> tuple[float | None, float | None]:
    """Return the middle 95 of 100 kappas of texts drawn anew, always the same draws."""
    names, codes = np.unique(marks, return_inverse=True)
    first, second = codes.reshape(marks.shape).T
    cells = np.bincount(first * len(names) + second, minlength=len(names) ** 2)
    drawn = np.random.default_rng(_SEED).multinomial(len(marks), cells / len(marks), size=_DRAWS)
    tables = drawn.reshape(_DRAWS, len(names), len(names)) / len(marks)
    same = np.trace(tables, axis1=1, axis2=2)
    chance = (tables.sum(axis=1) * tables.sum(axis=2)).sum(axis=1)
    known = (same - chance)[chance < 1] / (1 - chance[chance < 1])
    if len(known) < _DRAWS // 2:
        return None, None
    low, high = np.percentile(known, [_LOW, _HIGH])
    # where every draw gives the same, too little was seen for an interval, not so much
    return (float(low), float(high)) if low < high else (None, None)
