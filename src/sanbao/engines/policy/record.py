"""A verdict as plain values that a room can store, and the facts to derive it from again."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from sanbao.engines.policy.columns import DATES
from sanbao.engines.policy.facts import Facts
from sanbao.engines.policy.verdict import Outcome, Verdict

Plain = str | int | bool | None | list[Any] | dict[str, Any]


def as_record(verdict: Verdict) -> dict[str, Plain]:
    """Return the verdict as JSON values: the facts, the answer, the rules, and the hash of every pack."""
    return {
        "outcome": verdict.outcome,
        "reasons": [reason.code for reason in verdict.reasons],
        "facts": facts_as_record(verdict.facts),
        "remedies": list(verdict.remedies),
        "ends": {name: _plain(day) for name, day in verdict.ends.items()},
        "last_day": _plain(verdict.last_day),
        "days_left": verdict.days_left,
        "refund_share": _plain(verdict.refund_share),
        "loaner_due": verdict.loaner_due,
        "disputes": [
            {"switch": each.switch.name, "reading": each.reading.name, **_outcome(each.outcome)}
            for each in verdict.disputes
        ],
        "provisional": list(verdict.provisional),
        "rules": list(verdict.rule_ids),
        "trace": [[step.code, step.rule, *(_plain(arg) for arg in step.args)] for step in verdict.trace],
        "packs": dict(verdict.pack_hashes),
    }


def facts_as_record(facts: Facts) -> dict[str, Plain]:
    """Return what is unusual in the facts; the rest has the usual value when they are read again."""
    usual = Facts()
    values = {each.name: getattr(facts, each.name) for each in fields(Facts)}
    return {name: _plain(value) for name, value in values.items() if value != getattr(usual, name)}


def facts_from_record(record: Mapping[str, Any]) -> Facts:
    """Return the facts that were stored.

    Raises:
        TypeError: the record names a fact that this version does not know.
        ValueError: a date in it cannot be read.
    """
    values = dict(record)
    for name in DATES:
        if values.get(name) is not None:
            values[name] = date.fromisoformat(values[name])
    return Facts(**values)


def _outcome(outcome: Outcome) -> dict[str, Plain]:
    return {"remedies": list(outcome.remedies), "refund_share": _plain(outcome.refund_share)}


def _plain(value: date | Decimal | str | int | None) -> Plain:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
