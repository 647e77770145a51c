"""A verdict of the policy engine as a card for staff."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from sanbao.doors.ui import formats
from sanbao.doors.workbench import words
from sanbao.engines.policy import Rule, Verdict
from sanbao.engines.policy import words as told

STRONGEST: Final = ("refund", "exchange", "repair")


@dataclass(frozen=True, slots=True)
class Card:
    """What the macro ``verdict`` shows for one part of a device."""

    part: str
    word: str
    tone: str
    about: str
    left: int | None
    total: int
    facts: tuple[tuple[str, str], ...]
    clauses: tuple[dict[str, str], ...]


def shown(verdict: Verdict) -> Card:
    """Return the card of a verdict in the reader's language; a disputed reading is said beside it."""
    language = "zh" if formats.chinese() else "en"
    best = next((name for name in STRONGEST if name in verdict.remedies), "")
    lines = told.sentences(verdict, language)
    left, last = verdict.days_left, verdict.last_day
    start = verdict.start or verdict.facts.delivered_on or verdict.facts.purchased_on
    runs = left is not None and left >= 0 and bool(verdict.remedies)
    disputed = [told.dispute_text(each, language) for each in verdict.disputes]
    return Card(
        part=str(words.PARTS.get(verdict.facts.part, verdict.facts.part)),
        word=str(words.REMEDIES[best]) if verdict.decided else _("A person decides"),
        tone=("good" if verdict.remedies else "warn") if verdict.decided else "info",
        about=" ".join([*lines[:1], *disputed]),
        left=left if runs else None,
        total=(last - start).days if last and start else 0,
        facts=_facts(verdict),
        clauses=tuple(_clause(rule, language) for rule in _spoken(verdict)),
    )


def _spoken(verdict: Verdict) -> list[Rule]:
    wanted = {grant.rule for grant in verdict.grants}
    if verdict.decided_by is not None:
        wanted.add(verdict.decided_by.rule)
    return [rule for rule in verdict.rules if rule.id in wanted and not rule.quiet]


def _clause(rule: Rule, language: str) -> dict[str, str]:
    return {"ref": rule.cite(language), "text": rule.zh if language == "zh" else rule.en}


def _facts(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    facts = verdict.facts
    rows = [
        (_("Bought on"), facts.purchased_on),
        (_("Received on"), facts.delivered_on),
        (_("Last covered day"), verdict.last_day),
    ]
    known = [(name, formats.day(on)) for name, on in rows if on is not None]
    proof = str(words.PROOFS.get(facts.proof_of_purchase, facts.proof_of_purchase))
    earlier = facts.successful_repairs + facts.failed_repairs
    return (*known, (_("Proof"), proof), *([(_("Earlier free repairs"), str(earlier))] if earlier else []))
