"""Two books side by side: which rules and readings differ, and which cases they decide otherwise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from sanbao.engines.calendar import Calendar
from sanbao.engines.policy.evaluate import evaluate
from sanbao.engines.policy.facts import Facts
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.terms import Book
from sanbao.engines.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that was added, removed or changed; ``what`` names the fields that differ."""

    rule: str
    kind: str
    what: tuple[str, ...] = ()


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
    found = [RuleChange(name[0], ADDED) for name in after if name not in before]
    found += [RuleChange(name[0], REMOVED) for name in before if name not in after]
    for name in before:
        if name in after and (what := _fields(before[name], after[name])):
            found.append(RuleChange(name[0], CHANGED, what))
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
