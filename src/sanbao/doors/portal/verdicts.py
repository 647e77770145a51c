"""A verdict of the policy engine as the cards that a page shows."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from sanbao.doors.portal import words
from sanbao.doors.ui import formats
from sanbao.engines.policy import Outcome, Rule, Verdict
from sanbao.engines.policy import words as told

STRONGEST: Final = ("refund", "exchange", "repair")


@dataclass(frozen=True, slots=True)
class Card:
    """What the macro ``verdict`` shows; the same words as its arguments."""

    word: str
    tone: str
    about: str
    left: int | None = None
    total: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    clauses: tuple[dict[str, str], ...] = ()
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer for one part: the card, and beside it the readings that are disputed."""

    part: str
    main: Card
    others: tuple[Card, ...]


def shown(verdict: Verdict) -> Shown:
    """Return the cards of a verdict in the reader's language."""
    language = "zh" if formats.chinese() else "en"
    part = str(words.PARTS.get(verdict.facts.part, verdict.facts.part))
    if not verdict.decided:
        about = " ".join(told.sentences(verdict, language))
        return Shown(part, Card(_("A person decides"), "info", about, facts=_facts(verdict)), ())
    others = tuple(
        Card(
            _("Another reading: %(word)s") % {"word": word_of(each.outcome)},
            tone_of(each.outcome),
            told.dispute_text(each, language),
        )
        for each in verdict.disputes
    )
    return Shown(part, _card(verdict, language), others)


def word_of(outcome: Outcome) -> str:
    """Return the one word for an outcome: its strongest remedy."""
    best = next((name for name in STRONGEST if name in outcome.remedies), "")
    return str(words.REMEDIES[best])


def tone_of(outcome: Outcome) -> str:
    """Return the tone of an outcome: good where something is free."""
    return "good" if outcome.remedies else "warn"


def strip(verdict: Verdict) -> str:
    """Return one line for the way to a booking: free or not, and why."""
    language = "zh" if formats.chinese() else "en"
    lines = told.sentences(verdict, language)
    return " ".join(lines[:1])


def _card(verdict: Verdict, language: str) -> Card:
    left, last = verdict.days_left, verdict.last_day
    start = verdict.start or verdict.facts.delivered_on or verdict.facts.purchased_on
    runs = left is not None and left >= 0 and bool(verdict.remedies)
    lines = told.sentences(verdict, language)
    return Card(
        word=word_of(verdict.default),
        tone=tone_of(verdict.default),
        about=lines[0],
        left=left if runs else None,
        total=(last - start).days if last and start else 0,
        facts=_facts(verdict),
        clauses=tuple(_clause(rule, language) for rule in _spoken(verdict)),
        changes=tuple(told.change_text(change, language) for change in verdict.changes),
        notes=tuple(told.finding_text(finding, language) for finding in verdict.findings),
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
        (_("Fault since"), facts.fault_on),
        (_("Last covered day"), verdict.last_day),
    ]
    known = [(name, formats.day(on)) for name, on in rows if on is not None]
    proof = words.PROOFS.get(facts.proof_of_purchase, facts.proof_of_purchase)
    earlier = facts.successful_repairs + facts.failed_repairs
    return (
        *known,
        (_("Proof"), str(proof)),
        *([(_("Earlier free repairs"), str(earlier))] if earlier else []),
    )
