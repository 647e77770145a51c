"""How the days of a repair run towards the lines of the law, as a value that its order keeps.

A watch holds the day of hand-in, the lines ahead, and the spans that belong to a missing part or to the
owner. It is JSON through and through, so a sweep over a million orders reads columns and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sanbao.engines.policy.lines import GUARANTEE, PARTS, REPAIRER, REPEAT, Line
from sanbao.rooms.repairs.states import DECLINED, ENDED, QUOTED, READY, SHIPPED, WAITING_PART

Watch = Mapping[str, Any]
Span = tuple[str, date, date | None]
_WAITS_FOR: Final[Mapping[str, str]] = {WAITING_PART: "parts", QUOTED: "owner"}
"""Whose time it is while an order stands still, by its state."""
_OVER: Final = frozenset({READY, DECLINED, SHIPPED}) | ENDED
"""States in which a repair has stopped lasting."""
_AT_ONCE: Final = frozenset({REPEAT, GUARANTEE})


def begun(
    lines: Sequence[Line],
    hashes: Mapping[str, str],
    *,
    on: date,
    zone: str,
    price_cents: int | None = None,
) -> dict[str, Any]:
    """Return the watch over a repair handed in on this day; without lines there is nothing to watch."""
    if not lines:
        return {}
    return {
        "on": on.isoformat(),
        "zone": zone,
        "price_cents": price_cents,
        "lines": [_plain(line, hashes) for line in lines],
        "spans": [],
        "until": None,
    }


def _plain(line: Line, hashes: Mapping[str, str]) -> dict[str, Any]:
    offers = [
        {**offer._asdict(), "share": None if offer.share is None else str(offer.share)}
        for offer in line.offers
    ]
    return {**line._asdict(), "hash": hashes.get(line.pack, ""), "offers": offers}


def moved(watch: Watch, state: str, on: date) -> dict[str, Any]:
    """Return the watch after its order came into this state: spans end and begin, or everything stops."""
    if not watch:
        return {}
    waits, day = _WAITS_FOR.get(state, ""), on.isoformat()
    spans = [
        [whose, first, last or (None if whose == waits else day)] for whose, first, last in watch["spans"]
    ]
    if waits and all(last for _, _, last in spans):
        spans.append([waits, day, None])
    return {**watch, "spans": spans, "until": day if state in _OVER else None}


def replayed(watch: Watch, moves: Iterable[tuple[str, date]]) -> dict[str, Any]:
    """Return the watch after these states were come into, each on its day."""
    last = dict(watch)
    for state, on in moves:
        last = moved(last, state, on)
    return last


def next_line(watch: Watch, after: datetime | None = None) -> tuple[datetime | None, str]:
    """Return when the next line after a moment is crossed, if nothing happens, and by which rule."""
    ahead = [(moment, line["rule"]) for moment, line in crossings(watch) if after is None or moment > after]
    return min(ahead, default=(None, ""))


def kept(watch: Watch) -> dict[str, Any]:
    """Return what an order keeps of its watch: the watch itself, and when the house looks next, for what."""
    moment, rule = next_line(watch)
    return {"watch": dict(watch), "watch_at": moment, "watch_rule": rule}


def stepped(watch: Watch, state: str, at: datetime) -> dict[str, Any]:
    """Return what the order keeps after it came into a state at this moment."""
    return kept(moved(watch, state, at.astimezone(_zone(watch["zone"])).date()))


def crossings(watch: Watch) -> list[tuple[datetime, Mapping[str, Any]]]:
    """Return every line that is or will be crossed, with the first moment of its day at the outlet."""
    if not watch:
        return []
    zone, until = _zone(watch["zone"]), _day(watch["until"])
    found = []
    for line in watch["lines"]:
        day = crossed_on(watch, line)
        if day is not None and (until is None or day <= until):
            found.append((datetime.combine(day, time(), zone), line))
    return sorted(found, key=lambda each: (each[0], each[1]["rule"]))


def crossed_on(watch: Watch, line: Mapping[str, Any]) -> date | None:
    """Return the first day on which this line is crossed; None while it cannot be foreseen.

    The day of hand-in is not counted. Days that wait for a part are not the repairer's own, nor are those
    that wait for the owner's word; a device on loan and the limit for parts know no such days.

    Source: rules for mobile phones, articles 13, 16, 17; Civil Code 201.
    """
    begin, kind = date.fromisoformat(watch["on"]), line["kind"]
    if kind in _AT_ONCE:
        return begin
    if kind == REPAIRER:
        return _own_days_over(begin, line["more_than"], _spans(watch))
    last = begin + timedelta(days=line["more_than"] + 1)
    if kind != PARTS:
        return last
    waits = [first for whose, first, end in _spans(watch) if whose == "parts" and end != first]
    return max(last, min(waits) + timedelta(days=1)) if waits else None


def _own_days_over(begin: date, more_than: int, spans: Sequence[Span]) -> date | None:
    left = more_than + 1
    for _, first, last in spans:
        own = (first - begin).days
        if own >= left:
            break
        if last is None:
            return None
        left, begin = left - own, last
    return begin + timedelta(days=left)


def counted(watch: Watch, on: date) -> dict[str, Any]:
    """Return the days of the repair up to this day: all of them, those for parts, those of the owner."""
    begin = date.fromisoformat(watch["on"])
    spent = {"parts": 0, "owner": 0}
    for whose, first, last in _spans(watch):
        spent[whose] += max(0, (min(last or on, on) - first).days)
    return {
        "handed_in": watch["on"],
        "days": (on - begin).days,
        "parts_days": spent["parts"],
        "owner_days": spent["owner"],
    }


def _spans(watch: Watch) -> list[Span]:
    return [(whose, date.fromisoformat(first), _day(last)) for whose, first, last in watch["spans"]]


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
