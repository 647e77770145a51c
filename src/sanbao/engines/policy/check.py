"""A pack's text looked through before anybody relies on it: every fault of it, each with its line."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sanbao.engines.policy.facts import CHANNELS, FAULT_KINDS
from sanbao.engines.policy.pack import Pack, PackError

PAYERS: Final = frozenset({"seller", "brand", "repairer", "plan", "consumer", "maker"})
_PLACE: Final = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_HEAD: Final = re.compile(r"^\s*\[{1,2}\s*([a-z.]+)\s*\]{1,2}")
_TEXT: Final = frozenset(
    {"id", "kind", "mark", "source", "zh", "en", "article", "law_zh", "law_en", "payer", "chooser", "when"}
)
_WHOLE: Final = frozenset({"days", "months", "times", "more_than", "claims", "minimum_cents"})
_FLAGS: Final = frozenset({"inferred", "extended", "rolls", "beginning", "stops", "quiet"})
_LISTS: Final = frozenset({"classes", "parts", "faults", "channels", "gives", "damages", "plans"})
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "period": ("months", "gives"),
    "window": ("days", "gives"),
    "repeat": ("times", "gives"),
    "return": ("days", "gives"),
    "delay": ("more_than", "gives"),
    "cover": ("months", "claims", "plans", "damages", "gives"),
    "plan-period": ("months", "plans", "gives"),
}
"""Without these a rule of the kind says nothing."""
_NUMBER_LIMIT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class PackFault:
    """Something that cannot be read as a rule. ``line`` counts from 1; 0 is the whole file.

    ``text`` is a message id with named placeholders, ``facts`` fill it; ``where`` is the rule's id.
    """

    line: int
    where: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        said = self.text % self.facts
        return f"line {self.line}: {self.where}: {said}" if self.where else f"line {self.line}: {said}"


Said = tuple[str, Mapping[str, str]]
_RAW: Final = "%(said)s"


def check_pack(text: str) -> tuple[Pack | None, tuple[PackFault, ...]]:
    """Return the pack that a TOML text describes, or None and every fault found, in the order of lines."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as unreadable:
        return None, (_unreadable(text, str(unreadable)),)
    faults = sorted(_faults(table, _lines(text)), key=lambda fault: fault.line)
    if faults:
        return None, tuple(faults)
    try:
        return Pack.from_dict(table), ()
    except (PackError, TypeError, AttributeError) as wrong:
        return None, (PackFault(0, "", _RAW, {"said": str(wrong)}),)


def _unreadable(text: str, said: str) -> PackFault:
    found = _PLACE.search(said)
    last = text.count("\n") + 1
    line = int(found.group(1)) if found and found.group(1) else last
    return PackFault(line, "", _RAW, {"said": _PLACE.sub("", said).strip()})


def _lines(text: str) -> dict[str, list[int]]:
    """The line on which each table of a kind begins, in their order; sentences over lines are passed over."""
    found: dict[str, list[int]] = {}
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        head = None if inside else _HEAD.match(line)
        if head:
            found.setdefault(head.group(1), []).append(number)
        for mark in ('"""', "'''"):
            if line.count(mark) % 2 and inside in {"", mark}:
                inside = "" if inside else mark
    return found


def _faults(table: Mapping[str, Any], lines: Mapping[str, list[int]]) -> Iterator[PackFault]:
    head = table.get("pack")
    if not isinstance(head, dict):
        yield PackFault(1, "", "The table [pack] is missing.")
        return
    bare = {"pack": head, "sources": table.get("sources", {})}
    top = lines.get("pack", [1])[0]
    for name in sorted(set(table) - {"pack", "sources", "rule", "switch", "fault"}):
        yield PackFault(lines.get(name, [1])[0], "", "Unknown table [%(name)s].", {"name": name})
    wrong = [PackFault(top, "[pack]", *said) for said in (*_head_faults(head), *_tried(bare))]
    yield from wrong
    if wrong:
        return
    seen: set[tuple[Any, ...]] = set()
    for name in ("rule", "switch", "fault"):
        rows, places = table.get(name, []), lines.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            yield PackFault(top, "", "%(name)s must be written as [[%(name)s]].", {"name": name})
            continue
        for place, row in enumerate(rows):
            line = places[place] if place < len(places) else top
            own = _rule_faults(row, table, seen) if name == "rule" else ()
            where = str(row.get("id") or row.get("name") or row.get("code") or "")
            for said in (*own, *_tried({**bare, name: [row]})):
                yield PackFault(line, where, *said)


def _head_faults(head: Mapping[str, Any]) -> tuple[Said, ...]:
    found: list[Said] = [
        ("%(name)s must be a text.", {"name": name})
        for name in ("name", "title_zh", "title_en", "jurisdiction", "family")
        if name in head and not (isinstance(head[name], str) and head[name].strip())
    ]
    found += [
        ("%(name)s must be a list of texts.", {"name": name})
        for name in ("classes", "parts")
        if not _is_texts(head.get(name))
    ]
    name = head.get("name", "")
    if isinstance(name, str) and name and not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,59}", name):
        found.append(("The name of a pack holds small letters, digits and dashes only.", {}))
    return tuple(found)


def _tried(table: Mapping[str, Any]) -> tuple[Said, ...]:
    """What the reader of packs itself refuses in one table, without the names it puts before it."""
    try:
        Pack.from_dict(table)
    except PackError as wrong:
        return ((_RAW, {"said": str(wrong).partition(": ")[2] or str(wrong)}),)
    except (TypeError, AttributeError, ArithmeticError) as wrong:
        return ((_RAW, {"said": str(wrong)}),)
    return ()


def _rule_faults(
    row: Mapping[str, Any], table: Mapping[str, Any], seen: set[tuple[Any, ...]]
) -> tuple[Said, ...]:
    found = [said for name, value in row.items() if (said := _wrong_shape(name, value))]
    if found:
        return tuple(found)
    kind = str(row.get("kind", ""))
    found += [
        ("A rule of kind %(kind)s needs %(name)s.", {"kind": kind, "name": name})
        for name in _NEEDS.get(kind, ())
        if not row.get(name)
    ]
    if (source := row.get("source")) and source not in table.get("sources", {}):
        found.append(("The source %(name)s is not under [sources].", {"name": source}))
    for name, known in (("faults", FAULT_KINDS), ("channels", CHANNELS), ("payer", PAYERS)):
        used = row.get(name, ())
        strange = sorted({used} - known if isinstance(used, str) else set(used) - known)
        found += [("Unknown word %(word)s in %(name)s.", {"word": word, "name": name}) for word in strange]
    spread = (tuple(sorted(row.get(name, ()))) for name in ("parts", "classes"))
    key = (row.get("id"), row.get("valid_from"), *spread)
    if key in seen:
        found.append(("This rule is there twice for the same day, part and class.", {}))
    seen.add(key)
    return tuple(found)


def _is_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _NUMBER_LIMIT


_SHAPES: Final[tuple[tuple[frozenset[str], Callable[[object], bool], str], ...]] = (
    (_TEXT, lambda value: isinstance(value, str) and bool(value.strip()), "%(name)s must be a text."),
    (_WHOLE, _is_whole, "%(name)s must be a whole number."),
    (_FLAGS, lambda value: isinstance(value, bool), "%(name)s must be true or false."),
    (_LISTS, _is_texts, "%(name)s must be a list of texts."),
    (frozenset({"valid_from", "contract_from"}), _is_day, "%(name)s must be a day such as 2026-01-31."),
)


def _wrong_shape(name: str, value: object) -> Said | None:
    for names, fits, text in _SHAPES:
        if name in names and not fits(value):
            return text, {"name": name}
    return None
