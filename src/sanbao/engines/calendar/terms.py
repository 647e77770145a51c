"""Every other due time of the house as data: how long it runs, and which rule or promise set it.

Reply clocks are in ``clocks``; here is what is counted from a single event and never paused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sanbao.engines.calendar.budget import Budget, Roll, days, minutes
from sanbao.engines.calendar.clocks import Confidence
from sanbao.engines.calendar.due import deadline
from sanbao.engines.calendar.record import as_record
from sanbao.engines.calendar.value import Calendar

_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of due time that is not a reply clock."""

    id: str
    budget: Budget
    source: str
    confidence: Confidence
    binding: bool = False


TERMS: Final[Mapping[str, Term]] = {
    term.id: term
    for term in (
        Term("quote", minutes(14 * _DAY), "own promise: a price holds for 14 days", Confidence.DESIGN),
        Term("hold", minutes(5), "own promise: a time is kept free while you decide", Confidence.DESIGN),
        Term("survey", minutes(30 * _DAY), "own promise: a survey can be answered for 30 days",
             Confidence.DESIGN),
        Term("repair_guarantee", days(30, roll=Roll.NONE),
             "移动电话机商品修理更换退货责任规定: 30 days or more after a repair", Confidence.SECONDARY,
             binding=True),
    )
}  # fmt: skip


def counted(term: str, start: datetime, calendar: Calendar) -> dict[str, Any]:
    """Return the working of a due time of this kind that starts now, as a record.

    Raises:
        KeyError: no such term.
    """
    rule = TERMS[term]
    return as_record(deadline(start, rule.budget, calendar), clock=term, source=rule.source)
