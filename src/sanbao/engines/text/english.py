"""English is read by patterns of our own and a small model of tone; without a pattern nothing is said."""

import itertools
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES, DEMANDS, FLAGS, SERVICE_CODES
from sanbao.engines.text.cutting import Span, clauses

TONE_BITS = 15
# What a pattern finds is as certain as patterns are, whichever it was.
CERTAINTY = 0.75
_WORD = re.compile(r"[a-z]+(?:n't|'[a-z]+)?|\d+|[!?]")
_APOSTROPHE = re.compile(r"\s?['’`´]\s?")
_LIST = re.compile(r"\{(\w+)\}")
# Advice, questions and what might have been are no experience.
_IRREAL = re.compile(r"\b(if|should|hopefully|i hope|unless|might|make sure|recommend that you|in case)\b")


@dataclass(frozen=True, slots=True)
class Found:
    """One aspect in one clause, with the words that matched."""

    code: str
    polarity: int
    start: int
    end: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class English:
    """What one English text says."""

    sentiment: float
    overall: int
    aspects: tuple[Found, ...]
    demands: tuple[str, ...]
    flags: tuple[str, ...]


class EnglishReader:
    """Reads English with patterns and, for the tone, with one weight for each word and pair of words."""

    def __init__(
        self, patterns: Mapping[str, Sequence[str]], tone: NDArray[np.int8], scale: float, offset: float
    ) -> None:
        lists = {name: pieces[0] for name, pieces in patterns.items() if name.islower() and ":" not in name}
        self._patterns = {
            name: re.compile(rf"(?<![a-z])(?:{'|'.join(_spelled(piece, lists) for piece in pieces)})")
            for name, pieces in patterns.items()
            if name not in lists
        }
        self._tone, self._scale, self._offset = tone, scale, offset
        self.patterns = {name: list(pieces) for name, pieces in patterns.items()}

    @property
    def weights(self) -> tuple[NDArray[np.int8], float, float]:
        """Give the weights of the tone: table, scale, offset."""
        return self._tone, self._scale, self._offset

    def read(self, text: str) -> English:
        """Give the reading of one text."""
        spans = clauses(text)
        found = tuple(self._aspects(text, spans))
        folded = _folded(text)
        service = [mention.polarity for mention in found if mention.code in SERVICE_CODES]
        judged = (sum(service) > 0) - (sum(service) < 0)
        return English(
            round(float(np.tanh(self.tone(text) / 2)), 4),
            judged,
            found,
            tuple(name for name in DEMANDS if self._says(f"d:{name}", folded)),
            tuple(name for name in FLAGS if self._says(f"f:{name}", folded)),
        )

    def tone(self, text: str) -> float:
        """Give the log-odds that the text is meant well."""
        places = tone_places(text)
        return float(self._tone[places].sum() * self._scale / max(1, len(places)) ** 0.5 + self._offset)

    def _says(self, name: str, folded: str) -> bool:
        pattern = self._patterns.get(name)
        return bool(pattern and pattern.search(folded))

    def _aspects(self, text: str, spans: Sequence[Span]) -> list[Found]:
        best: dict[tuple[str, int], Found] = {}
        for span in _sentences(text, spans):
            clause = span.of(text)
            folded = _folded(clause)
            if _IRREAL.search(folded) or text[span.end :].lstrip(" ").startswith("?"):
                continue
            for code in CODES:
                for sign, mark in ((-1, "-"), (1, "+")):
                    pattern = self._patterns.get(f"{code}{mark}")
                    hit = pattern.search(folded) if pattern else None
                    if hit and (code, sign) not in best:
                        words = (hit[0].strip(),) if hit[0].strip() in clause else ()
                        best[code, sign] = Found(code, sign, span.start, span.end, words)
        return [best[key] for key in sorted(best, key=lambda key: (CODES.index(key[0]), key[1]))]


def tone_places(text: str) -> NDArray[np.int64]:
    """Give the places of a text's words and pairs of words."""
    words = _WORD.findall(_folded(text))
    pieces = [*words, *(f"{first} {second}" for first, second in itertools.pairwise(words))]
    mask = (1 << TONE_BITS) - 1
    return np.array([zlib.crc32(piece.encode()) & mask for piece in pieces], dtype=np.int64)


def _folded(text: str) -> str:
    """Make it lower case, and apostrophes the plain one, without blanks around it."""
    return _APOSTROPHE.sub("'", text.lower())


def _spelled(piece: str, lists: Mapping[str, str]) -> str:
    return _LIST.sub(lambda name: lists.get(name[1], name[0]), piece)


def _sentences(text: str, spans: Sequence[Span]) -> list[Span]:
    """Join clauses that only a comma or a cut for length parts: English patterns reach over both."""
    joined: list[Span] = []
    for span in spans:
        between = text[joined[-1].end : span.start] if joined else "."
        if joined and not re.search(r"[.!?;:\n]", between) and span.end - joined[-1].start <= 200:  # noqa: PLR2004 - a long sentence
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
