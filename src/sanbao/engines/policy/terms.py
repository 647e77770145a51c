"""The rules that govern one device: those of its class, its part and the day it was sold, sorted by kind."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sanbao.engines.policy.pack import Pack, PackError, Rule, Switch


@dataclass(frozen=True, slots=True)
class Terms:
    """What applies to one class and part sold in one era.

    ``unlimited`` marks a class for which the law fixes no period at all; ``samples`` names the
    packs of sample data.
    """

    known_class: bool
    known_part: bool
    in_force: bool
    unlimited: bool
    samples: frozenset[str]
    rules: dict[str, Rule]
    by_kind: dict[str, tuple[Rule, ...]]
    readings: dict[str, str]
    switches: tuple[Switch, ...]

    def of(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules of one kind, in the order of the packs."""
        return self.by_kind.get(kind, ())


@dataclass(frozen=True, slots=True)
class Book:
    """Packs made ready for judging many cases; ``packs`` keeps their order, statutory ones first."""

    packs: tuple[Pack, ...]
    jurisdiction: str
    eras: tuple[date, ...]
    hashes: tuple[tuple[str, str], ...]
    switches: dict[str, Switch] = field(repr=False)
    shelf: dict[tuple[str, str, int], Terms] = field(default_factory=dict, repr=False)

    def terms(self, product_class: str, part: str, sold_on: date) -> Terms:
        """Return the rules for one class and part; the versions in force on the day of sale govern."""
        key = (product_class, part, bisect_right(self.eras, sold_on))
        found = self.shelf.get(key)
        if found is None:
            found = _terms(self, product_class, part, sold_on)
            # Whatever is typed in may be asked for; only what the packs know is worth keeping.
            if found.known_class and found.known_part:
                self.shelf[key] = found
        return found


def governs(wider: str, place: str) -> bool:
    """Say whether a pack of ``wider`` is law in ``place``: EU law is in EU-ES, and each in itself."""
    return place == wider or place.startswith(f"{wider}-")


ORDER = {"counting": 0, "statutory": 1, "brand": 2, "plan": 3}


def open_book(packs: Iterable[Pack]) -> Book:
    """Return the packs as one book.

    Raises:
        PackError: no packs, packs of different jurisdictions, or two with the same name or rule.
    """
    # by name, so that the same packs are the same book in whatever order they were kept
    chosen = tuple(sorted(packs, key=lambda pack: (ORDER[pack.family], pack.name)))
    places = {pack.jurisdiction for pack in chosen}
    place = max(places, key=len, default="")
    if not places or not all(governs(wider, place) for wider in places):
        raise PackError(f"packs of one jurisdiction are judged together, not of {sorted(places)}")
    names = [pack.name for pack in chosen]
    if len(set(names)) != len(names):
        raise PackError(f"a pack is there twice: {names}")
    rules = [rule for pack in chosen for rule in pack.rules]
    owners = {rule.id: rule.pack for rule in rules}
    if strange := {rule.id for rule in rules if owners[rule.id] != rule.pack}:
        raise PackError(f"two packs use the same rule id: {sorted(strange)}")
    return Book(
        packs=chosen,
        jurisdiction=place,
        eras=tuple(sorted({rule.valid_from for rule in rules})),
        hashes=tuple((pack.name, pack.hash) for pack in chosen),
        switches={switch.name: switch for pack in chosen for switch in pack.switches},
    )


def _terms(book: Book, product_class: str, part: str, sold_on: date) -> Terms:
    governing = [pack for pack in book.packs if not pack.classes or product_class in pack.classes]
    named = [pack for pack in governing if pack.classes and pack.family == "statutory"]
    naming = [pack for pack in governing if pack.family in {"statutory", "brand"}]
    rules = [
        rule
        for pack in governing
        for rule in in_force(pack.rules, sold_on)
        if (not rule.classes or product_class in rule.classes) and (not rule.parts or part in rule.parts)
    ]
    aside = {rule.replaces for rule in rules}
    rules = [rule for rule in rules if rule.id not in aside]
    kinds = {rule.kind for rule in rules}
    statutory = [rule for rule in rules if rule.family == "statutory"]
    return Terms(
        in_force=any(rule.pack in {pack.name for pack in named} for rule in statutory),
        unlimited=not any(rule.kind == "period" for pack in named for rule in pack.rules),
        samples=frozenset(pack.name for pack in governing if pack.sample),
        rules={rule.id: rule for rule in rules},
        known_class=bool(named),
        known_part=any(part in pack.parts for pack in naming),
        by_kind={kind: tuple(rule for rule in rules if rule.kind == kind) for kind in kinds},
        readings={name: switch.default for name, switch in book.switches.items()},
        switches=tuple(book.switches.values()),
    )


def in_force(rules: Sequence[Rule], day: date) -> list[Rule]:
    """Return the version of each rule that governs ``day``: valid until the next one with the same id."""
    latest: dict[str, Rule] = {}
    for rule in rules:
        if rule.valid_from <= day and (rule.id not in latest or latest[rule.id].valid_from < rule.valid_from):
            latest[rule.id] = rule
    # Several rows may share id and day: one rule said of several parts.
    return [rule for rule in rules if rule.id in latest and rule.valid_from == latest[rule.id].valid_from]
