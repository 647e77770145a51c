"""What a person may change on review: facts of the case, or the answer itself."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sanbao.base.errors import Invalid
from sanbao.engines.policy import Outcome, words
from sanbao.engines.policy.facts import FAULT_KINDS, PROOFS
from sanbao.engines.policy.verdict import DECIDED, REMEDY_ORDER
from sanbao.rooms.repairs.rules.intake import EARLIEST, LATEST

_MOST_REPAIRS: Final = 20
_DAYS: Final = frozenset({"purchased_on", "delivered_on", "fault_on"})
_FLAGS: Final = frozenset({"documents_match_device"})
CORRECTABLE: Final[Mapping[str, str]] = {
    "fault_kind": "What is wrong, as the rules call it",
    "fault_on": "Day the fault appeared",
    "purchased_on": "Day of purchase",
    "delivered_on": "Day of delivery",
    "proof_of_purchase": "Proof of purchase",
    "documents_match_device": "Papers and device belong together",
    "failed_repairs": "Repairs of this fault that failed",
}
"""The facts that a review may correct, as message ids; the packs are never corrected here."""
SUBJECTS: Final = frozenset({"verdict", "remedy", "case"})
"""What a review is about: the decision on an order, a refused right, or a case somebody typed in."""


def corrections(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return corrected facts as JSON can hold them.

    Raises:
        Invalid: a fact that nobody may correct here, or a value it cannot have.
    """
    unknown = set(given) - set(CORRECTABLE)
    if unknown:
        raise Invalid("This fact is not corrected here.", field=min(unknown))
    return {name: _checked(name, value) for name, value in given.items()}


def _checked(name: str, value: Any) -> Any:
    if name in _DAYS:
        if not (isinstance(value, date) and EARLIEST <= value <= LATEST):
            raise Invalid("This date is not possible.", field=name)
        return value.isoformat()
    known = {
        "fault_kind": value in FAULT_KINDS,
        "proof_of_purchase": value in PROOFS,
        "failed_repairs": isinstance(value, int) and 0 <= value <= _MOST_REPAIRS,
    }
    if not known.get(name, name in _FLAGS and isinstance(value, bool)):
        raise Invalid(field=name)
    return value


def remedies_after(named: Sequence[str]) -> list[str]:
    """Return the remedies a reviewer names, in their usual order.

    Raises:
        Invalid: there is no such remedy.
    """
    if not set(named) <= set(REMEDY_ORDER):
        raise Invalid("Choose the remedies from the list.", field="remedies")
    return [remedy for remedy in REMEDY_ORDER if remedy in named]


def by_person(verdict: Mapping[str, Any], named: Sequence[str]) -> dict[str, Any]:
    """Return a decision whose remedies a person has named, with that said first in both languages."""
    outcome = Outcome(tuple(named), None)
    zh = f"人工复核后改判：{words.remedies_text(outcome, 'zh')}。"
    en = f"A person looked at it again and decided: {words.remedies_text(outcome, 'en')}."
    return {
        **verdict,
        "outcome": DECIDED,
        "covered": bool(named),
        "remedies": list(named),
        "by_person": True,
        "zh": [zh, *verdict["zh"]],
        "en": [en, *verdict["en"]],
    }
