"""Decisions on plain values: what a row may hold, which rows are the same, how sure a share is."""

import hashlib
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sanbao.engines.counting import wilson

LONGEST_TEXT: Final = 20_000
"""Characters; longer texts are whole pages or mail threads and are refused row by row."""
SMALLEST_GROUP: Final = 5
"""Groups of fewer texts are not shown: somebody could be recognised."""
FEW: Final = 30
"""Below this many texts a share is shown in grey."""
OLDEST: Final = date(1990, 1, 1)
_MOST_STARS: Final = 5
_SEPARATOR: Final = "\x1f"
_DATE: Final = re.compile(r"^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?(?:[T\s].*)?$")
_COMPACT: Final = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})\s*$")
_STARS: Final = re.compile(r"^\s*([1-5])(?:\.0+)?\s*(?:星|stars?)?\s*$", re.IGNORECASE)


def link_hash(token: str) -> str:
    """Return what is kept of a link: it is long and random, so that a plain hash tells nobody what it was."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


FACTS: Final = ("text", "stars", "said_on", "product", "outlet", "external_id")
"""What a column can hold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text with what is known about it; ``outlet`` is a code, ``external_id`` its number there."""

    text: str
    stars: int | None = None
    said_on: date | None = None
    product: str = ""
    outlet: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not taken. ``code`` is stable; its words are looked up unless ``said`` has them."""

    row: int
    column: str
    code: str
    value: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a row is held against: the last possible day and the outlets that exist."""

    last_day: date
    outlets: Collection[str] = ()

    @classmethod
    def at(cls, today: date, outlets: Collection[str] = ()) -> "Bounds":
        """Allow for the day line: somewhere it is tomorrow already."""
        return cls(today + timedelta(days=1), outlets)


def check(
    number: int, cells: Sequence[str], places: Sequence[int | None], names: Sequence[str], bounds: Bounds
) -> Row | Fault:
    """Return the row as values, or the first fault in it.

    ``places`` and ``names`` follow the order of ``FACTS``: where each fact stands in ``cells``, and the
    name of its column; None where the file does not have it.
    """
    text, stars, said_on, product, outlet, external_id = (
        cells[place].strip() if place is not None else "" for place in places
    )
    rating = stars_of(stars) if stars else None
    day = day_of(said_on) if said_on else None
    row = Row(text, rating, day, product[:200], outlet, external_id[:80])
    fault = fault_of(number, row, bounds, names)
    if fault is not None:
        return fault
    if stars and rating is None:
        return Fault(number, names[1], "stars", printable(stars))
    if said_on and day is None:
        return Fault(number, names[2], "date", printable(said_on))
    return row


def fault_of(number: int, row: Row, bounds: Bounds, names: Sequence[str] = FACTS) -> Fault | None:
    """Return the first fault of a row whose cells have been read, or None."""
    words = (row.text, "", "", row.product, row.outlet, row.external_id)
    dirty = next((at for at, value in enumerate(words) if unkeepable(value)), None)
    if not row.text.strip() or len(row.text) > LONGEST_TEXT:
        return Fault(number, names[0], "long" if row.text.strip() else "empty", printable(row.text))
    if dirty is not None:
        return Fault(number, names[dirty], unkeepable(words[dirty]), printable(words[dirty]))
    if row.stars is not None and not 1 <= row.stars <= _MOST_STARS:
        return Fault(number, names[1], "stars", str(row.stars))
    if row.said_on and not OLDEST <= row.said_on <= bounds.last_day:
        code = "future" if row.said_on > bounds.last_day else "date"
        return Fault(number, names[2], code, row.said_on.isoformat())
    if row.outlet and row.outlet not in bounds.outlets:
        return Fault(number, names[4], "outlet", printable(row.outlet))
    return None


def unkeepable(value: str) -> str:
    """Name what no database can hold in a text: ``nul``, ``bytes`` for half characters, or nothing."""
    if "\x00" in value:
        return "nul"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "bytes"
    return ""


def printable(value: str, most: int = 60) -> str:
    """Return the beginning of a value in characters that every database and file can hold."""
    short = value[:most].replace("\x00", "␀")
    return short.encode("utf-8", "backslashreplace").decode()[:120]


def stars_of(value: str) -> int | None:
    """Return one to five whole stars, or None for anything else."""
    found = _STARS.match(value)
    return int(found[1]) if found else None


def day_of(value: str) -> date | None:
    """Return the day written in a cell; a time behind it does not matter. None if there is no such day."""
    found = _DATE.match(value) or _COMPACT.match(value)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


class Identity:
    """Tells rows apart within one file, so that the same row of the same source is stored once, for good.

    A row with a number at its source is that number and its words; it is a duplicate wherever it comes
    again. A row without one is its words, day, stars, product and outlet **and** its count among equal
    rows of the file: two people who wrote the same on the same day stay two, and when the file comes
    again, longer or in another order, the first two are found and only a third is new.
    """

    def __init__(self, origin: str, source: str) -> None:
        self._place = (origin, source)
        self._seen: dict[bytes, int] = {}

    def of(self, row: Row) -> str:
        """Return the fingerprint of the next row of the file."""
        if row.external_id:
            return _digest((*self._place, "id", row.external_id, row.text)).hex()
        said_on = row.said_on.isoformat() if row.said_on else ""
        base = _digest((*self._place, row.text, said_on, str(row.stars or ""), row.product, row.outlet))
        count = self._seen[base] = self._seen.get(base, 0) + 1
        return base.hex() if count == 1 else _digest((base.hex(), str(count))).hex()


def _digest(parts: tuple[str, ...]) -> bytes:
    return hashlib.blake2b(_SEPARATOR.join(parts).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Share:
    """So many of n, with the bounds between which the share lies in 95 of 100 such samples (Wilson).

    Source: E. B. Wilson, JASA 22 (1927), 209-212.
    """

    count: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.count / self.n if self.n else 0.0

    @property
    def few(self) -> bool:
        return self.n < FEW


def share(count: int, n: int) -> Share:
    """Return a share with its Wilson interval; of nothing at all nothing is known: 0 to 1."""
    found = wilson(count, n)
    return Share(count if n else 0, n, found.low, found.high)


def balance(praise: int, blame: int) -> str:
    """Say which way the judged texts lean: ``few`` below 30, ``even`` while the interval holds one half."""
    judged = share(blame, praise + blame)
    if judged.n < FEW:
        return "few"
    if judged.low > 1 / 2:
        return "blame"
    return "praise" if judged.high < 1 / 2 else "even"


_HIDDEN: Final = re.compile(
    r"(?:https?://|www\.)[^\s，。！？；、）)】]+"  # links
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"  # e-mail
    r"|(?<![0-9A-Za-z])(?:qq|vx|wx|微信|扣扣|薇信)\s*(?:号|號)?\s*[:：]?\s*[0-9A-Za-z_-]{5,}"  # handles
    r"|(?<![0-9])\+?[0-9](?:[\s-]?[0-9]){6,}[0-9Xx]?(?![0-9])",  # phones, IMEIs, cards, identity numbers
    re.IGNORECASE,
)
_MASK: Final = "•"
_LONG_MASK: Final = re.compile(f"{_MASK}{{7,}}")


def redacted(text: str) -> str:
    """Return the text, as long as before, with long numbers, e-mail addresses, handles and links covered."""
    return _HIDDEN.sub(lambda found: _MASK * len(found[0]), text)


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of a text, personal data covered: what comes before, the passage, what follows."""

    before: str
    span: str
    after: str


def quote(text: str, start: int, end: int, *, around: int = 60) -> Quote:
    """Return the passage with at most ``around`` characters at each side."""
    safe = redacted(text)
    first, last = max(0, start - around), min(len(safe), end + around)
    before = ("…" if first else "") + safe[first:start]
    after = safe[end:last] + ("…" if last < len(safe) else "")
    return Quote(_tidy(before), _tidy(safe[start:end]), _tidy(after))


def _tidy(piece: str) -> str:
    return _LONG_MASK.sub(_MASK * 6, piece)


def bigrams(text: str) -> list[str]:
    """Return the search words of a folded text: pairs of neighbouring Han characters, else whole words."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(text):
        if run[0] < "\u2e80":
            found[run[:40]] = None
        elif len(run) == 1:
            found[run] = None
        else:
            found |= dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1))
    return list(found)


_RUNS: Final = re.compile(r"[0-9a-z]+|[\u2e80-\u9fff\U00020000-\U0003ffff]+")


@dataclass(frozen=True, slots=True)
class Odd:
    """Why texts look made rather than said: codes with their numbers; ``weight`` orders them for a person."""

    size: int
    reasons: tuple[str, ...]
    weight: float


_GROUP: Final = 5
_SPELL: Final = timedelta(days=3)
_PRODUCTS: Final = 3
_DAY_TEXTS, _DAY_TIMES, _DAY_OTHERS = 20, 4, 7
_STRONG: Final = 0.8
_POOR, _RICH = 1, 5
_LURE: Final = re.compile(
    r"优惠[券卷劵]|领[券卷取]|加[微薇v]|代购|返[现利]|刷单|兼职|coupon|promo code", re.IGNORECASE
)


def odd_text(text: str, stars: int | None, sentiment: float | None, overall: int | None) -> tuple[Odd, ...]:
    """Return what is odd about one text: stars against words, advertising with an address in it."""
    found = []
    tone = sentiment or 0.0
    praised = stars is not None and stars >= _RICH and tone <= -_STRONG and overall == -1
    blamed = stars is not None and stars <= _POOR and tone >= _STRONG and overall == 1
    if praised or blamed:
        found.append(Odd(1, (f"stars:{stars}", f"tone:{tone:.2f}"), 1.0))
    if _LURE.search(text) and redacted(text) != text:
        found.append(Odd(1, ("promo",), 2.0))
    return tuple(found)


def odd_group(
    days: Sequence[date | None],
    stars: Sequence[int | None],
    tones: Sequence[float | None],
    sources: int,
    products: int,
) -> Odd | None:
    """Return why near copies look like a template, or None below five of them."""
    n = len(days)
    if n < _GROUP:
        return None
    reasons = [f"copies:{n}"]
    dated = sorted(day for day in days if day)
    close = max((sum(first <= day <= first + _SPELL for day in dated) for first in dated), default=0)
    if close >= max(_GROUP, n / 2):
        reasons.append(f"burst:{close}")
    given = [each for each in stars if each is not None]
    if len(given) >= _GROUP and len(set(given)) == 1:
        reasons.append(f"same_stars:{given[0]}")
    if sources == 1:
        reasons.append("one_source")
    if products >= _PRODUCTS:
        reasons.append(f"products:{products}")
    known = [each for each in tones if each is not None]
    tone = sum(known) / len(known) if known else 0.0
    if given and ((tone <= -_STRONG and min(given) >= _RICH) or (tone >= _STRONG and max(given) <= _POOR)):
        reasons.append(f"tone:{tone:.2f}")
    return Odd(n, tuple(reasons), len(reasons) + math.log10(n))


def odd_day(n: int, usual: float, others: int, stars: dict[int | None, int]) -> Odd | None:
    """Return why a day has too many texts, or None: at least 20 and four times the usual, beyond chance.

    ``usual`` is the median of the ``others`` days around that have texts; fewer than seven tell nothing.
    """
    if n < _DAY_TEXTS or others < _DAY_OTHERS or n < _DAY_TIMES * usual:
        return None
    if n < usual + 6 * math.sqrt(usual + 1):
        return None
    reasons = [f"burst:{n}", f"usual:{usual:.0f}"]
    star, most = max(((s, c) for s, c in stars.items() if s is not None), key=lambda e: e[1], default=(0, 0))
    if most >= 0.9 * n:
        reasons.append(f"same_stars:{star}")
    return Odd(n, tuple(reasons), len(reasons) + math.log10(n))
