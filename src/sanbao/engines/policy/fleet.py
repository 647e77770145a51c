"""Many verdicts at once: the same rules as ``evaluate``, over columns instead of cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sanbao.engines.calendar import Calendar, china_calendar
from sanbao.engines.policy.columns import NONE, Columns, Days, Flags, day_number
from sanbao.engines.policy.daytables import DayTables, tables_for
from sanbao.engines.policy.doubts import proves_nothing, refused, unsure
from sanbao.engines.policy.facts import NO_FAULT
from sanbao.engines.policy.sweep import sweep
from sanbao.engines.policy.sweep_case import Sweep
from sanbao.engines.policy.sweep_gates import GATES
from sanbao.engines.policy.terms import Book, Terms, governs

DECIDED, NEEDS_PERSON, REFUSED = 0, 1, 2
# Columns of this many rows stay in the processor's cache while they are worked on.
CHUNK = 1 << 16
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class FleetVerdicts:
    """One entry per row: remedies as bits (1 repair, 2 exchange, 4 refund), share in ten-thousandths.

    ``days_left`` and ``share`` hold NONE where there is no figure; ``outcome`` is 0 decided, 1 for a person,
    2 refused, and nothing else is set in a row that was not decided.
    """

    outcome: npt.NDArray[np.uint8]
    remedies: npt.NDArray[np.uint8]
    days_left: Days
    share: Days
    loaner_due: Flags
    disputed: Flags


def judge_fleet(book: Book, columns: Columns, calendar: Calendar | None = None) -> FleetVerdicts:
    """Return the verdicts on every row, equal to those of ``evaluate`` on the same facts.

    Raises:
        PackError: the packs do not belong together.
    """
    tables = tables_for(calendar or _default_calendar(), *columns.span())
    size = columns.size
    out = FleetVerdicts(
        outcome=np.zeros(size, np.uint8),
        remedies=np.zeros(size, np.uint8),
        days_left=np.full(size, NONE, np.int32),
        share=np.full(size, NONE, np.int32),
        loaner_due=np.zeros(size, np.bool_),
        disputed=np.zeros(size, np.bool_),
    )
    for begin in range(0, size, CHUNK):
        end = min(begin + CHUNK, size)
        _judge_part(book, columns.take(slice(begin, end), end - begin), tables, _part(out, begin, end))
    return out


@lru_cache(maxsize=1)
def _default_calendar() -> Calendar:
    return china_calendar()


def _part(out: FleetVerdicts, begin: int, end: int) -> FleetVerdicts:
    """Return a window onto the answers: what is written there is written in the whole."""
    rows = slice(begin, end)
    return FleetVerdicts(
        out.outcome[rows],
        out.remedies[rows],
        out.days_left[rows],
        out.share[rows],
        out.loaner_due[rows],
        out.disputed[rows],
    )


def _judge_part(book: Book, columns: Columns, tables: DayTables, out: FleetVerdicts) -> None:
    strange = _of_another_place(book, columns)
    out.outcome[:] = np.where(
        strange | refused(columns), REFUSED, np.where(unsure(columns), NEEDS_PERSON, DECIDED)
    )
    for terms, part, rows in _groups(book, columns):
        whole = rows.size == columns.size
        own = columns if whole else columns.take(rows, rows.size)
        doubtful = _of_unknown_fault(book, own, part)
        _judge_group(terms, part, own, tables, out, rows, doubtful)


def _of_another_place(book: Book, columns: Columns) -> Flags:
    codes, vocabulary = columns.words("jurisdiction")
    return np.array([not governs(book.jurisdiction, word) for word in vocabulary], np.bool_)[codes]


def _groups(book: Book, columns: Columns) -> Iterator[tuple[Terms, str, Rows]]:
    """Yield the rows of each class, part and era with the rules that govern them."""
    classes, parts = columns.words("product_class"), columns.words("part")
    eras = np.array([day_number(era) for era in book.eras], np.int32)
    era = np.searchsorted(eras, _sold_on(columns), side="right")
    key = (classes[0].astype(np.int64) * len(parts[1]) + parts[0]) * (eras.size + 1) + era
    for value in np.unique(key):
        rest, place = divmod(int(value), eras.size + 1)
        product_class, part = classes[1][rest // len(parts[1])], parts[1][rest % len(parts[1])]
        sold_on = date.min if place == 0 else book.eras[place - 1]
        yield book.terms(product_class, part, sold_on), part, np.flatnonzero(key == value)


def _sold_on(columns: Columns) -> Days:
    sold = columns.days("purchased_on")
    for name in ("delivered_on", "manufactured_on", "fault_on"):
        if (sold != NONE).all():
            break
        sold = np.where(sold == NONE, columns.days(name), sold)
    return sold


def _judge_group(
    terms: Terms,
    part: str,
    columns: Columns,
    tables: DayTables,
    out: FleetVerdicts,
    rows: Rows,
    doubtful: Flags,
) -> None:
    outcome = out.outcome[rows]
    if not (terms.known_class and terms.known_part and terms.in_force):
        out.outcome[rows] = np.maximum(outcome, NEEDS_PERSON)
        return
    work = sweep(columns, terms, part, terms.readings, tables)
    outcome = np.maximum(outcome, (doubtful | _gaps(terms, columns, work)).astype(np.uint8))
    decided = outcome == DECIDED
    remedies, share = work.remedies, work.refund_share
    last = work.nominal if terms.readings.get("days_left") == "nominal" else work.last_day
    left = np.where(last == NONE, NONE, last - columns.days("fault_on"))
    out.outcome[rows] = outcome
    out.remedies[rows] = np.where(decided, remedies, 0)
    out.days_left[rows] = np.where(decided, left, NONE)
    out.share[rows] = np.where(decided, share, NONE)
    out.loaner_due[rows] = decided & work.loaner_due
    out.disputed[rows] = decided & _disputed(work, remedies, share)


def _of_unknown_fault(book: Book, columns: Columns, part: str) -> Flags:
    if not columns.has("fault_code"):
        return np.zeros(columns.size, np.bool_)
    known = {line.code for pack in book.packs for line in pack.faults if line.part == part}
    return ~columns.word_in("fault_code", known | {""})


def _gaps(terms: Terms, columns: Columns, work: Sweep) -> Flags:
    """Say where the packs have no answer."""
    found = np.zeros(columns.size, np.bool_)
    if terms.of("no-proof"):
        found |= proves_nothing(columns)
    if columns.has("plan"):
        plans = frozenset().union(
            *(rule.plans for kind in ("cover", "plan-period") for rule in terms.of(kind))
        )
        named = ~columns.word_in("plan", {""})
        found |= named & (~columns.word_in("plan", plans) | (columns.days("plan_from") == NONE))
    if terms.unlimited and not work.ends:
        nothing = (work.remedies == 0) & ~work.excluded
        found |= nothing & ~columns.word_in("fault_kind", {NO_FAULT})
    return found


def _disputed(work: Sweep, remedies: npt.NDArray[np.uint8], share: Days) -> Flags:
    """Say where some other reading changes the remedies or the refund share."""
    found = np.zeros(work.columns.size, np.bool_)
    for switch in work.terms.switches:
        if not switch.shown:
            continue
        rows = np.flatnonzero(GATES[switch.name](work) & ~found)
        if not rows.size:
            continue
        own = work.columns.take(rows, rows.size)
        for name in switch.others:
            read = sweep(own, work.terms, work.part, {**work.reads, switch.name: name}, work.tables)
            found[rows] |= (read.remedies != remedies[rows]) | (read.refund_share != share[rows])
    return found
