"""Two sets of packs over one table of cases: what a publication would change, as lines of text."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sanbao.engines.policy import Book, Facts, Verdict
from sanbao.engines.policy.diff import CaseChange, changed_cases, changed_rules
from sanbao.rooms.repairs.adapters.cases import Unreadable, facts_of, share_text
from sanbao.rooms.repairs.adapters.packs import Books
from sanbao.rooms.repairs.adapters.tables import rows_of


def rule_lines(old: Books, new: Books, place: str) -> Iterator[str]:
    """Yield one line for each rule or default that differs.

    Raises:
        PackError: one side has no packs for the place.
    """
    for change in changed_rules(_book(old, place), _book(new, place)):
        what = f": {', '.join(change.what)}" if change.what else ""
        yield f"{change.rule} {change.kind}{what}"


def case_lines(old: Books, new: Books, place: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield one line for each case of the place that comes out otherwise; unreadable rows are passed over.

    Raises:
        PackError: one side has no packs for the place.
    """
    cases = [
        (_name(row, number), facts) for number, row in enumerate(rows, start=1) if (facts := _facts(row))
    ]
    here = [(name, facts) for name, facts in cases if facts.jurisdiction == place]
    for change in changed_cases(_book(old, place), _book(new, place), here):
        yield line_of(change)


def rows_in(content: bytes, name: str) -> list[dict[str, str]]:
    """Return the rows of a table that was handed in, each cell as text.

    Raises:
        NotATable: the content cannot be read as a table; ``name`` tells its kind.
    """
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix.lower()[:12]) as draft:
        draft.write(content)
        draft.flush()
        rows = rows_of(Path(draft.name))
    return [{key: "" if cell is None else str(cell) for key, cell in row.items()} for row in rows]


def _book(books: Books, place: str) -> Book:
    return books(place, True)  # noqa: FBT003 - the shape of Books


def _facts(row: Mapping[str, Any]) -> Facts | None:
    try:
        return facts_of(row)
    except Unreadable:
        return None


def _name(row: Mapping[str, Any], number: int) -> str:
    return str(row.get("id") or f"row {number}")


def line_of(change: CaseChange) -> str:
    """Return one case that comes out otherwise as a line: what it is, what it would be, and why."""
    because = f"  ({', '.join(change.because)})" if change.because else ""
    return f"{change.key}: {_said(change.old)} -> {_said(change.new)}{because}"


def _said(verdict: Verdict) -> str:
    if not verdict.decided:
        return f"{verdict.outcome} {verdict.reasons[0].code}"
    share = f" at {share_text(verdict.refund_share)}" if verdict.refund_share is not None else ""
    last = f" to {verdict.last_day}" if verdict.last_day is not None else ""
    return f"{';'.join(verdict.remedies) or 'none'}{share}{last}"
