"""Two books side by side: which rules and readings differ, and which cases they decide otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np

from sanbao.engines.calendar import Calendar
from sanbao.engines.policy.columns import NONE, Columns, Flags, columns_of
from sanbao.engines.policy.evaluate import evaluate
from sanbao.engines.policy.facts import Facts
from sanbao.engines.policy.fleet import judge_fleet
from sanbao.engines.policy.pack import Pack, Rule
from sanbao.engines.policy.terms import Book
from sanbao.engines.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that was added, removed or changed; ``what`` names the fields that differ.

    ``old`` and ``new`` are the rules themselves, None where there is none; for a switch both are None.
    """

    rule: str
    kind: str
    what: tuple[str, ...] = ()
    old: Rule | None = None
    new: Rule | None = None


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One case that comes out otherwise: both verdicts, what differs, and the changed rules behind it."""

    key: str
    old: Verdict
    new: Verdict
    what: tuple[str, ...]
    because: tuple[str, ...]


ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# What an owner would notice; the order of steps or the text of a rule is not among it.
NOTICED = ("outcome", "remedies", "last_day", "refund_share", "loaner_due", "ends", "disputed")
Version = tuple[str, str, str]


def changed_rules(old: Book, new: Book) -> tuple[RuleChange, ...]:
    """Return what differs between the rules and the defaults of two books, in the order of their names."""
    before, after = _versions(old), _versions(new)
    found = [RuleChange(name[0], ADDED, new=after[name]) for name in after if name not in before]
    found += [RuleChange(name[0], REMOVED, old=before[name]) for name in before if name not in after]
    for name in before:
        if name in after and (what := _fields(before[name], after[name])):
            found.append(RuleChange(name[0], CHANGED, what, before[name], after[name]))
    found += [
        RuleChange(name, CHANGED, ("default",))
        for name, switch in old.switches.items()
        if name in new.switches and new.switches[name].default != switch.default
    ]
    return tuple(sorted(found, key=lambda change: (change.rule, change.kind)))


def changed_cases(
    old: Book, new: Book, cases: Iterable[tuple[str, Facts]], calendar: Calendar | None = None
) -> Iterator[CaseChange]:
    """Yield the cases that two books decide otherwise. ``cases`` are (key, facts)."""
    changes = {change.rule for change in changed_rules(old, new)}
    for key, facts in cases:
        before, after = evaluate(old, facts, calendar), evaluate(new, facts, calendar)
        what = tuple(name for name in NOTICED if getattr(before, name) != getattr(after, name))
        if what:
            yield CaseChange(key, before, after, what, _behind(before, after, changes))


def changed_among(
    old: Book, new: Book, cases: Sequence[tuple[str, Facts]], calendar: Calendar | None = None
) -> list[CaseChange]:
    """Return the same as ``changed_cases`` for many cases of one place at once, in their order.

    The columns find the few that may differ; only these are judged one by one, with their reasons.
    """
    if not cases:
        return []
    columns = columns_of([facts for _, facts in cases])
    rows = np.flatnonzero(may_differ(old, new, columns, calendar))
    return list(changed_cases(old, new, (cases[row] for row in rows.tolist()), calendar))


def may_differ(old: Book, new: Book, columns: Columns, calendar: Calendar | None = None) -> Flags:
    """Say which rows two books may decide otherwise; every row that they do is among them.

    Columns know nothing of the last day of each single remedy. It can move without anything else where a
    remedy beside the repair is open, after a repair, or under a plan: there a changed rule is enough.
    """
    before, after = judge_fleet(old, columns, calendar), judge_fleet(new, columns, calendar)
    found: Flags = np.zeros(columns.size, np.bool_)
    for name in ("outcome", "remedies", "days_left", "share", "loaner_due", "disputed"):
        found |= getattr(before, name) != getattr(after, name)
    quiet = (before.remedies > 1) | (columns.days("last_repair_finished_on") != NONE)
    quiet |= ~columns.word_in("plan", {""})
    result: Flags = found | (quiet & _touched(old, new, columns))
    return result


def _touched(old: Book, new: Book, columns: Columns) -> Flags:
    """Say which rows have a class and part that a changed rule speaks of; another default speaks of all."""
    rules = _changed_versions(old, new)
    found: Flags = np.zeros(columns.size, np.bool_)
    if any(
        old.switches[name].default != new.switches[name].default
        for name in set(old.switches) & set(new.switches)
    ):
        return ~found
    for rule in rules:
        fits: Flags = ~found if not rule.classes else columns.word_in("product_class", rule.classes)
        found = found | (fits & columns.word_in("part", rule.parts) if rule.parts else fits)
    return found


def _changed_versions(old: Book, new: Book) -> list[Rule]:
    before, after = _versions(old), _versions(new)
    return [
        rule
        for one, other in ((before, after), (after, before))
        for name, rule in one.items()
        if other.get(name) != rule
    ]


MORE: Final = frozenset({"days", "months", "claims"})
FEWER: Final = frozenset({"times", "more_than", "minimum_cents"})
WIDER: Final = frozenset({"gives", "faults", "damages", "plans"})
NARROW: Final = frozenset({"classes", "parts", "channels"})
SAID: Final = frozenset(
    {"zh", "en", "law_zh", "law_en", "article", "inferred", "mark", "source", "quiet", "pack", "family"}
)
GIVING: Final = frozenset(
    {"period", "window", "repeat", "delay", "quality", "no-stock", "loaner", "repair-guarantee", "return"}
    | {"extension", "answer", "fraud", "note", "cover", "plan-period"}
)
"""Kinds of rules that can only give: none takes away, moves the burden of proof or counts otherwise."""


def only_adds(old: Pack | None, new: Pack) -> bool:
    """Say whether no owner can lose anything when ``new`` takes the place of ``old``; in doubt, no.

    Sentences, sources and marks may change; numbers only in the owner's favour.
    """
    if old is None:
        return not new.switches and all(rule.kind in GIVING and not rule.replaces for rule in new.rules)
    if old.switches != new.switches or not set(old.faults) <= set(new.faults):
        return False
    if not (
        _covers(old.classes, new.classes) and old.parts <= new.parts and old.jurisdiction == new.jurisdiction
    ):
        return False
    before = {_version(rule): rule for rule in old.rules}
    after = {_version(rule): rule for rule in new.rules}
    if before.keys() - after.keys():
        return False
    changed = all(_no_worse(rule, after[name]) for name, rule in before.items())
    added = [rule for name, rule in after.items() if name not in before]
    return changed and all(_gives_beside(rule, old.rules) for rule in added)


def _gives_beside(rule: Rule, others: Sequence[Rule]) -> bool:
    """A new version of a rule ends the one before it, so it must be no worse than each of that name."""
    if rule.kind not in GIVING or rule.replaces:
        return False
    same = [other for other in others if other.id == rule.id]
    return all(_no_worse(other, rule, but=frozenset({"valid_from"})) for other in same)


def _no_worse(old: Rule, new: Rule, but: frozenset[str] = frozenset()) -> bool:
    for name in _fields(old, new):
        was, becomes = getattr(old, name), getattr(new, name)
        if name in SAID or name in but:
            continue
        if old.kind not in GIVING or not _better(name, was, becomes):
            return False
    return True


def _better(name: str, was: object, becomes: object) -> bool:
    if isinstance(was, int) and isinstance(becomes, int) and not isinstance(was, bool):
        return becomes >= was if name in MORE else becomes <= was if name in FEWER else False
    if isinstance(was, frozenset | tuple) and isinstance(becomes, frozenset | tuple):
        if name in NARROW:
            return _covers(frozenset(was), frozenset(becomes))
        return name in WIDER and set(was) <= set(becomes)
    return name in {"extended", "rolls"} and becomes is True


def _covers(was: frozenset[str], becomes: frozenset[str]) -> bool:
    """An empty set means any."""
    return not becomes or (bool(was) and was <= becomes)


def _version(rule: Rule) -> tuple[str, date, frozenset[str], frozenset[str]]:
    return rule.id, rule.valid_from, rule.parts, rule.classes


def _behind(before: Verdict, after: Verdict, changes: set[str]) -> tuple[str, ...]:
    """The changed rules that one of the verdicts rests on; without any, every change may be the cause."""
    rested = {step.rule for verdict in (before, after) for step in verdict.trace}
    return tuple(sorted(changes & rested or changes))


def _versions(book: Book) -> dict[Version, Rule]:
    return {
        (rule.id, rule.valid_from.isoformat(), ",".join(sorted(rule.parts))): rule
        for pack in book.packs
        for rule in pack.rules
    }


def _fields(before: Rule, after: Rule) -> tuple[str, ...]:
    return tuple(
        each.name for each in fields(Rule) if getattr(before, each.name) != getattr(after, each.name)
    )
