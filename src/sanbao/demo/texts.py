"""Whole texts out of clauses: what somebody writes after a good or a bad time."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sanbao.demo import phrases

_WEIGHTS = {"TT": 9, "QU": 4, "PA": 4, "CV": 3, "RQ": 5, "AT": 7, "EX": 5, "SH": 5, "CO": 6, "CC": 2, "CH": 4}
_ENGLISH_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class Mood:
    """What a text is about: aspects that must occur, how good it was (0 to 1), and the setting."""

    good: float
    must: tuple[str, ...] = ()
    model: str = "手机"
    city: str = ""
    fault: str = "other"


def write(rng: Random, mood: Mood) -> tuple[str, int]:
    """Return a text and the stars that go with it; the same state of ``rng`` gives the same text."""
    if not mood.must and rng.random() < _ENGLISH_SHARE:
        return _english(rng, mood)
    count = rng.choice((1, 2, 2, 3, 3, 4))
    aspects = [*mood.must, *_aspects(rng, max(0, count - len(mood.must)), mood.must)]
    sides = [(code in mood.must and mood.good < 0.5) or rng.random() > mood.good for code in aspects]  # noqa: PLR2004
    clauses = [_clause(rng, code, bad=bad) for code, bad in zip(aspects, sides, strict=True)]
    opening = rng.choice(phrases.OPENINGS).format(
        model=mood.model, fault=phrases.FAULTS_SAID.get(mood.fault, "有点小毛病"), city=mood.city or "市里"
    )
    stars = 5 - round(4 * sum(sides) / len(sides))
    return opening + _joined(rng, clauses, sides), max(1, min(5, stars + rng.choice((-1, 0, 0, 0))))


def grievance(rng: Random, mood: Mood) -> str:
    """Return the words of a complaint: what happened, then what is wanted."""
    text, _ = write(rng, Mood(0.05, mood.must or ("SH",), mood.model, mood.city, mood.fault))
    return text + rng.choice(phrases.DEMANDS)


def _aspects(rng: Random, count: int, taken: Sequence[str]) -> list[str]:
    codes = [code for code in phrases.GOOD if code not in taken]
    chosen: list[str] = []
    while len(chosen) < count:
        code = rng.choices(codes, [_WEIGHTS.get(c, 3) for c in codes])[0]
        if code not in chosen:
            chosen.append(code)
    return chosen


def _clause(rng: Random, code: str, *, bad: bool) -> str:
    return rng.choice((phrases.BAD if bad else phrases.GOOD)[code])


def _joined(rng: Random, clauses: Sequence[str], sides: Sequence[bool]) -> str:
    text = clauses[0]
    for before, side, clause in zip(sides, sides[1:], clauses[1:], strict=False):
        text += (rng.choice(phrases.JOINS) if before == side else rng.choice(phrases.TURNS)) + clause
    return text + rng.choice(("。", "。", "！", ""))


def _english(rng: Random, mood: Mood) -> tuple[str, int]:
    good = rng.random() < mood.good
    pool = phrases.ENGLISH_GOOD if good else phrases.ENGLISH_BAD
    return " ".join(rng.sample(pool, rng.choice((1, 2)))), rng.choice((4, 5) if good else (1, 2))
