"""Dated rules about repair, exchange and refund, and the evaluator that applies them to one case."""

from sanbao.engines.policy import words
from sanbao.engines.policy.evaluate import evaluate
from sanbao.engines.policy.facts import Facts, Reason
from sanbao.engines.policy.pack import Fault, Pack, PackError, Reading, Rule, Switch
from sanbao.engines.policy.record import as_record, facts_from_record
from sanbao.engines.policy.terms import Book, governs, open_book
from sanbao.engines.policy.verdict import (
    Change,
    Dispute,
    Finding,
    Grant,
    Outcome,
    Step,
    Verdict,
)

__all__ = [
    "Book",
    "Change",
    "Dispute",
    "Facts",
    "Fault",
    "Finding",
    "Grant",
    "Outcome",
    "Pack",
    "PackError",
    "Reading",
    "Reason",
    "Rule",
    "Step",
    "Switch",
    "Verdict",
    "as_record",
    "evaluate",
    "facts_from_record",
    "governs",
    "open_book",
    "words",
]
