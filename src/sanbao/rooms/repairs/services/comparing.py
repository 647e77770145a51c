"""Looking at what a proposed rule pack would change, before anybody lets it count."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.engines.policy import Facts, Pack, PackError, Verdict, as_record
from sanbao.engines.policy.diff import CaseChange, changed_among
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as publishing
from sanbao.rooms.repairs.adapters.cases import Unreadable, facts_of, with_brand
from sanbao.rooms.repairs.adapters.packs import packs_for
from sanbao.rooms.repairs.queries.open_facts import Asked, Matter, of_matters, open_orders

Difference = tuple[str, str, Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]
_SHOWN: Final = ("outcome", "reasons", "remedies", "last_day", "refund_share", "loaner_due", "ends")


@transaction.atomic
def compare_packs(actor: Actor, number: str, matters: Iterable[Sequence[Matter]] = ()) -> int:
    """Judge every open case by the packs with and without a proposal, and keep what its reader saw.

    ``matters`` are the open complaints, a page at a time. Returns the key of what was kept.

    Raises:
        Missing, NotAllowed, IllegalMove.
    """
    require(actor, "registry.publish_policy", outlet="*")
    before, after = registry.before_and_after(actor, number)
    looked = _Looked(before, after)
    for brand in (False, True):
        looked.look("worked", list(_worked(actor, brand=brand)), brand=brand)
    for page in _orders(actor):
        looked.look("order", page)
    for some in matters:
        looked.look("case", of_matters(actor, some))
    seen = publishing.Seen(looked.read, looked.unread, looked.found)
    base = registry.base_of({pack.name: pack.hash for pack in before})
    return publishing.keep_comparison(actor, number, base=base, seen=seen)


def _orders(actor: Actor) -> Iterator[list[Asked]]:
    after = -1
    while after:
        page, after = open_orders(actor, max(after, 0))
        yield page


def _worked(actor: Actor, *, brand: bool) -> Iterator[Asked]:
    for name, row in registry.worked_cases(actor):
        if _is_on_promise(row) == brand:
            yield Asked(name, _facts(row))


def _is_on_promise(row: Mapping[str, str]) -> bool:
    try:
        return with_brand(row)
    except Unreadable:
        return False


def _facts(row: Mapping[str, str]) -> Facts | None:
    try:
        with_brand(row)
        return facts_of(row)
    except Unreadable:
        return None


class _Looked:
    """What was read so far, and what came out otherwise; an order that stands there twice counts once."""

    def __init__(self, before: Sequence[Pack], after: Sequence[Pack]) -> None:
        self.before, self.after = tuple(before), tuple(after)
        self.read: dict[str, int] = {}
        self.unread = 0
        self.found: list[Difference] = []

    def look(self, kind: str, asked: Sequence[Asked], *, brand: bool = True) -> None:
        """Judge one page of cases twice."""
        self.read[kind] = self.read.get(kind, 0) + len({each.subject for each in asked})
        changes: dict[str, CaseChange] = {}
        by_place: defaultdict[str, list[tuple[str, Facts]]] = defaultdict(list)
        for subject, facts in asked:
            if facts is None:
                self.unread += 1
            else:
                by_place[facts.jurisdiction].append((subject, facts))
        for place, cases in by_place.items():
            try:
                old = packs_for(place, brand=brand, packs=self.before)
            except PackError:
                self.unread += len(cases)
                continue
            new = packs_for(place, brand=brand, packs=self.after)
            for change in changed_among(old, new, cases):
                if _is_felt(change):
                    changes.setdefault(change.key, change)
        self.found += [_difference(kind, change) for change in changes.values()]


def _is_felt(change: CaseChange) -> bool:
    """That a guarantee ended long ago on another day changes nothing for anybody."""
    return change.what != ("last_day",) or bool(change.new.remedies)


def _difference(kind: str, change: CaseChange) -> Difference:
    return kind, change.key, _shown(change.old), _shown(change.new), change.because


def _shown(verdict: Verdict) -> dict[str, Any]:
    record = as_record(verdict)
    return {name: record[name] for name in _SHOWN}
