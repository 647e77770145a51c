"""Where one clause ends and the next begins, for one text or for many laid end to end."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.folding import Codes, to_codes

# A text without any punctuation is still cut, so that evidence stays short enough to be read.
LONGEST = 60
_BREAKS = "。!?;,、~…\n|•·｡｜～—;"
_BETWEEN_LETTERS = ".,'-"
_TURNS = ("但是", "但", "不过", "然而", "可是", "只是")
_BASIC = 0x10000
_HAN = (0x3400, 0x9FFF)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the original text, from `start` up to but not including `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Give the words of the span, as they stand in the text."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Clauses of texts laid end to end: where they begin and end, and which positions lie inside."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    inside: NDArray[np.bool_]


def clauses(text: str) -> tuple[Span, ...]:
    """Cut a text into clauses; what lies between them is punctuation and white space."""
    if not text:
        return ()
    cuts = cut(to_codes(text))
    return tuple(Span(int(start), int(end)) for start, end in zip(cuts.starts, cuts.ends, strict=True))


def cut(codes: Codes) -> Cuts:
    """Cut an array of folded code points; a newline always ends a clause."""
    if not len(codes):
        nothing = np.zeros(0, dtype=np.int64)
        return Cuts(nothing, nothing, np.zeros(0, dtype=np.bool_))
    inside = ~_breaking(codes)
    before = np.zeros_like(inside)
    before[1:] = inside[:-1]
    opens = inside & (~before | _turning(codes))
    positions = np.arange(len(codes))
    opened = np.maximum.accumulate(np.where(opens, positions, 0))
    opens |= inside & ((positions - opened) % LONGEST == 0)
    starts = np.flatnonzero(opens)
    if not len(starts):
        return Cuts(starts, starts, inside)
    after = np.ones_like(inside)
    after[:-1] = ~inside[1:] | opens[1:]
    ends = np.flatnonzero(inside & after) + 1
    return Cuts(starts, ends, inside)


def _breaking(codes: Codes) -> NDArray[np.bool_]:
    """Tell which positions separate clauses."""
    kinds = _kinds()[np.minimum(codes, _BASIC - 1)]
    breaking: NDArray[np.bool_] = kinds == _BREAK
    doubtful = kinds == _JOINER
    if doubtful.any():
        breaking |= doubtful & ~_between(kinds == _LETTER)
    blank = kinds == _BLANK
    # Between Chinese words a blank ends a thought; beside a Latin word or a number it only sets it off.
    breaking |= blank & ~_beside(kinds == _LETTER)
    # Blanks next to a separator belong to it.
    previous = np.ones_like(breaking)
    previous[1:] = breaking[:-1]
    following = np.ones_like(breaking)
    following[:-1] = breaking[1:]
    return np.asarray(breaking | (blank & (previous | following)))


def _between(letters: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = np.zeros_like(letters)
    found[1:-1] = letters[:-2] & letters[2:]
    return found


def _beside(letters: NDArray[np.bool_]) -> NDArray[np.bool_]:
    found = np.zeros_like(letters)
    found[1:] |= letters[:-1]
    found[:-1] |= letters[1:]
    return found


def _turning(codes: Codes) -> NDArray[np.bool_]:
    """Tell at which positions a word of contrast opens a new clause."""
    found = np.zeros(len(codes), dtype=np.bool_)
    for word in _TURNS:
        hit = codes == ord(word[0])
        if len(word) > 1:
            hit[:-1] &= codes[1:] == ord(word[1])
            hit[-1] = False
        else:
            hit[1:] &= codes[:-1] != ord("不")
        found |= hit
    return found


_BREAK, _BLANK, _LETTER, _JOINER = 1, 2, 3, 4


@cache
def _kinds() -> NDArray[np.uint8]:
    """Classify the basic plane: separators, blanks, letters and digits, and marks that may join them."""
    kinds = np.zeros(_BASIC, dtype=np.uint8)
    for char in _BREAKS:
        kinds[ord(char)] = _BREAK
    for char in _BETWEEN_LETTERS:
        kinds[ord(char)] = _JOINER
    kinds[32] = _BLANK
    for code in range(128):
        if chr(code).isalnum():
            kinds[code] = _LETTER
    for code in range(0xC0, 0x500):
        if chr(code).isalpha():
            kinds[code] = _LETTER
    return kinds
