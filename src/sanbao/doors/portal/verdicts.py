"""A verdict of the policy engine as the cards that a page shows."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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
            _("Another reading: %(word)s") % {"word": word_of(strongest(each.outcome))},
            tone_of(each.outcome),
            told.dispute_text(each, language),
        )
        for each in verdict.disputes
    )
    return Shown(part, _card(verdict, language), others)


def word_of(remedy: str) -> str:
    """Return the one word for a remedy; '' is the word for none."""
    return {
        "refund": pgettext("verdict", "Refund"),
        "exchange": pgettext("verdict", "Exchange"),
        "repair": pgettext("verdict", "Free repair"),
    }.get(remedy, pgettext("verdict", "Paid repair"))


def strongest(outcome: Outcome) -> str:
    """Return the strongest remedy of an outcome, '' where there is none."""
    return next((name for name in STRONGEST if name in outcome.remedies), "")


def tone_of(outcome: Outcome) -> str:
    """Return the tone of an outcome: good where something is free."""
    return "good" if outcome.remedies else "warn"


def strip(verdict: Verdict) -> str:
    """Return one line for the way to a booking: free or not, and why."""
    language = "zh" if formats.chinese() else "en"
    lines = told.sentences(verdict, language)
    return " ".join(lines[:1])


def _card(verdict: Verdict, language: str) -> Card:
    best = strongest(verdict.default)
    left, total = _time_left(verdict, verdict.ends.get(best) or verdict.last_day)
    return Card(
        word=word_of(best),
        tone=tone_of(verdict.default),
        about=" ".join(
            [told.sentences(verdict, language)[0], *([_("Today is the last day.")] if left == 0 else [])]
        ),
        left=left if best else None,
        total=total,
        facts=_facts(verdict),
        clauses=tuple(_clause(rule, language) for rule in _spoken(verdict)),
        changes=tuple(told.change_text(change, language) for change in verdict.changes),
        notes=tuple(told.finding_text(finding, language) for finding in verdict.findings),
    )


def _time_left(verdict: Verdict, end: date | None) -> tuple[int | None, int]:
    """Return the days until the strongest remedy ends, and those it had; None where no day ends it."""
    facts = verdict.facts
    start = verdict.start or facts.delivered_on or facts.purchased_on
    if end is None or start is None or facts.fault_on is None or end < facts.fault_on:
        return None, 0
    return (end - facts.fault_on).days, (end - start).days


def _spoken(verdict: Verdict) -> list[Rule]:
    wanted = {grant.rule for grant in verdict.grants}
    if verdict.decided_by is not None:
        wanted.add(verdict.decided_by.rule)
    return [rule for rule in verdict.rules if rule.id in wanted and not rule.quiet]


def _clause(rule: Rule, language: str) -> dict[str, str]:
    return {"ref": rule.cite(language), "text": rule.zh if language == "zh" else rule.en}


def _facts(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    facts = verdict.facts
    rows: list[tuple[str, date | None]] = [
        (_("Bought on"), facts.purchased_on),
        (_("Received on"), facts.delivered_on),
        (_("Fault since"), facts.fault_on),
    ]
    rows += [
        (_("%(remedy)s until") % {"remedy": word_of(remedy)}, end) for remedy, end in verdict.ends.items()
    ]
    rows += [] if verdict.ends else [(_("Last covered day"), verdict.last_day)]
    known = [(name, formats.day(on)) for name, on in rows if on is not None]
    proof = words.PROOFS.get(facts.proof_of_purchase, facts.proof_of_purchase)
    earlier = facts.successful_repairs + facts.failed_repairs
    return (
        *known,
        (_("Proof"), str(proof)),
        *([(_("Earlier free repairs"), str(earlier))] if earlier else []),
    )
