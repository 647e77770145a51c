"""Problems that have no name yet: phrases that many clauses of one aspect share, and others do not."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.emptywords import EMPTY_ENGLISH, SAYS_NOTHING
from sanbao.engines.text.folding import normalise

LONGEST = 6
# Below this a phrase is chance, whatever its score.
LEAST = 3
_MOST_CANDIDATES = 4000
_SAMPLES = 5
# Up to here a longer phrase says more.
_TELLING = 4
# A phrase of which so much stands in a longer one is that longer one.
_SWALLOWED = 0.7
# Phrases are one theme where they share this much of their characters, or of their clauses.
_ALIKE = 0.6
_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[\u3400-\u9fff]|[^\sa-z0-9\u3400-\u9fff]")
_WORD = re.compile(r"[a-z0-9]|[\u3400-\u9fff]")
_EMPTY_HAN = frozenset(
    "的了是也都就还又很太吗呢吧啊哦呀们个和在我你他她它这那把被给让说着过得地之与及并且而所以因为"
)
_NEVER_LAST = frozenset("不没未无有再要会能可想去来到上下一从对向跟")


Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Said:
    """A clause in which the aspect was spoken of; `recent` tells the period looked at from the one before."""

    text: str
    recent: bool = True


@dataclass(frozen=True, slots=True)
class Theme:
    """Clauses that share a phrase: how many now and before, out of how many, and which ones.

    Units: `share` and `earlier_share` are parts of the clauses of their period; `samples` are numbers of
    clauses as they were given; `score` is how far beyond chance the phrase lies, in standard deviations.
    """

    label: str
    phrases: tuple[str, ...]
    n: int
    earlier: int
    share: float
    earlier_share: float
    score: float
    samples: tuple[int, ...]
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    tokens: tuple[int, ...]
    clauses: Ints
    score: float


def themes(
    said: Sequence[Said], background: Sequence[str] = (), *, most: int = 20, least: int = LEAST
) -> tuple[Theme, ...]:
    """Give the themes of these clauses, the strongest first; a clause counts for one theme only.

    `background` are clauses about other things; without them, a phrase is measured against its own parts.
    """
    book = _Book()
    own = book.rows([clause.text for clause in said])
    phrases = _candidates(own, book.rows(background), book, least)
    recent = np.fromiter((clause.recent for clause in said), dtype=np.bool_, count=len(said))
    free = np.ones(len(said), dtype=np.bool_)
    found: list[Theme] = []
    for group in _grouped(phrases):
        clauses = np.unique(np.concatenate([phrase.clauses for phrase in group]))
        clauses = clauses[free[clauses]]
        if len(clauses) >= least and len(found) < most:
            free[clauses] = False
            found.append(_theme(group, clauses, recent))
    return tuple(sorted(found, key=lambda theme: (-theme.score, theme.label)))


def _theme(group: list[_Phrase], clauses: Ints, recent: NDArray[np.bool_]) -> Theme:
    now, total = int(recent[clauses].sum()), int(recent.sum())
    earlier = len(clauses) - now
    # Samples speak for the period looked at where it has any.
    ordered = clauses[np.argsort(~recent[clauses], kind="stable")]
    return Theme(
        label=group[0].text,
        phrases=tuple(phrase.text for phrase in group),
        n=now,
        earlier=earlier,
        share=now / max(1, total),
        earlier_share=earlier / max(1, len(recent) - total),
        score=round(group[0].score, 2),
        samples=tuple(ordered[:_SAMPLES].tolist()),
        clauses=tuple(clauses.tolist()),
    )


class _Book:
    """Tokens by number: a Han character each, a Latin word or a number each, and 0 for whatever separates."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.words: list[str] = [""]

    def rows(self, texts: Iterable[str]) -> tuple[Ints, Ints, int]:
        """Give the tokens of all texts end to end, the text of each, and how many texts there are."""
        tokens: list[int] = []
        owners: list[int] = []
        count = 0
        for text in texts:
            for word in _TOKEN.findall(normalise(text)):
                tokens.append(self._number(word))
                owners.append(count)
            tokens.append(0)
            owners.append(count)
            count += 1
        return np.array(tokens, dtype=np.int64), np.array(owners, dtype=np.int64), count

    def _number(self, word: str) -> int:
        number = self.numbers.get(word)
        if number is None:
            number = len(self.words) if _WORD.match(word) else 0
            self.numbers[word] = number
            if number:
                self.words.append(word)
        return number

    def speaks(self, tokens: Sequence[int]) -> bool:
        """Tell whether a phrase says something by itself, with no empty word at its ends."""
        first, last = self.words[tokens[0]], self.words[tokens[-1]]
        empty = {"", *_EMPTY_HAN, *EMPTY_ENGLISH}
        if first in empty or last in empty or last in _NEVER_LAST:
            return False
        return len(tokens) > 1 or (len(first) > 3 and first.isascii() and not first.isdigit())  # noqa: PLR2004 - "app"

    def written(self, tokens: Sequence[int]) -> str:
        """Give the phrase as it is written: blanks between Latin words only."""
        text = ""
        for word in (self.words[token] for token in tokens):
            text += (" " if text and text[-1].isascii() and word[0].isascii() else "") + word
        return text


def _keys(tokens: Ints, length: int) -> tuple[NDArray[np.uint64], Ints]:
    """Give a number for each run of so many tokens, and where it begins; runs never cross a separator."""
    room = len(tokens) - length + 1
    if room <= 0:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    whole = np.ones(room, dtype=np.bool_)
    key = np.full(room, length, dtype=np.uint64)
    for offset in range(length):
        part = tokens[offset : offset + room]
        whole &= part > 0
        key = (key ^ part.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(31)
    at = np.flatnonzero(whole)
    return key[at], at


def _spread(tokens: Ints, owners: Ints, length: int) -> tuple[NDArray[np.uint64], Ints, Ints]:
    """Give runs of tokens, one for each text that has them, ordered by run: key, text, and one place."""
    keys, at = _keys(tokens, length)
    order = np.lexsort((owners[at], keys))
    keys, at = keys[order], at[order]
    fresh = np.ones(len(keys), dtype=np.bool_)
    fresh[1:] = (keys[1:] != keys[:-1]) | (owners[at[1:]] != owners[at[:-1]])
    return keys[fresh], owners[at[fresh]], at[fresh]


def _candidates(
    own: tuple[Ints, Ints, int], other: tuple[Ints, Ints, int], book: _Book, least: int
) -> list[_Phrase]:
    """Give phrases by their score; one that mostly stands inside a longer one is left out."""
    tokens, owners, count = own
    single = np.bincount(tokens, minlength=len(book.words)) / max(1, count)
    found: list[_Phrase] = []
    for length in range(1, LONGEST + 1):
        keys, texts, places = _spread(tokens, owners, length)
        bounds = (
            np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.int64)
        )
        sizes = np.diff(np.append(bounds, len(keys)))
        outside = _outside(other, length, keys[bounds]) if len(bounds) else bounds
        for at in np.flatnonzero(sizes >= least).tolist():
            first = int(bounds[at])
            run = tokens[places[first] : places[first] + length].tolist()
            if book.speaks(run):
                size = int(sizes[at])
                expected = (
                    (int(outside[at]), other[2])
                    if other[2]
                    else (count * float(np.prod(np.minimum(single[run], 1))), count)
                )
                score = _beyond_chance(size, count, *expected) * min(length, _TELLING)
                if score > 0 and book.written(run) not in SAYS_NOTHING:
                    found.append(_Phrase(book.written(run), tuple(run), texts[first : first + size], score))
    found.sort(key=lambda phrase: (-phrase.score, phrase.text))
    return _unswallowed(found[:_MOST_CANDIDATES])


def _outside(other: tuple[Ints, Ints, int], length: int, wanted: NDArray[np.uint64]) -> Ints:
    """Give for each run of tokens how many texts of the background hold it."""
    keys = _spread(other[0], other[1], length)[0]
    low, high = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
    return np.asarray(high - low, dtype=np.int64)


def _beyond_chance(n: int, count: int, elsewhere: float, total: int) -> float:
    """Give the difference of log-odds in standard deviations."""
    here = np.log((n + 0.5) / (count - n + 0.5))
    there = np.log((elsewhere + 0.5) / (max(total - elsewhere, 0) + 0.5))
    return float((here - there) / np.sqrt(1 / (n + 0.5) + 1 / (elsewhere + 0.5)))


def _unswallowed(phrases: list[_Phrase]) -> list[_Phrase]:
    longer: dict[tuple[int, ...], int] = {}
    for phrase in phrases:
        for start in range(len(phrase.tokens)):
            for end in range(start + 1, len(phrase.tokens) + 1):
                part = phrase.tokens[start:end]
                if part != phrase.tokens:
                    longer[part] = max(longer.get(part, 0), len(phrase.clauses))
    return [p for p in phrases if longer.get(p.tokens, 0) < _SWALLOWED * len(p.clauses)]


def _grouped(phrases: list[_Phrase]) -> list[list[_Phrase]]:
    """Put each phrase to the first leader that it resembles; a phrase that resembles none leads itself."""
    groups: list[list[_Phrase]] = []
    inside: list[set[int]] = []
    for phrase in phrases:
        mine = set(phrase.clauses.tolist())
        for group, clauses in zip(groups, inside, strict=True):
            if _resembles(phrase, mine, group[0], clauses):
                group.append(phrase)
                break
        else:
            groups.append([phrase])
            inside.append(mine)
    return groups


def _resembles(phrase: _Phrase, mine: set[int], leader: _Phrase, clauses: set[int]) -> bool:
    a, b = set(phrase.tokens), set(leader.tokens)
    if len(a & b) >= _ALIKE * len(a | b):
        return True
    return len(mine & clauses) >= _ALIKE * min(len(mine), len(clauses))
