"""Entitlement cases in tables: rows of text or typed cells become facts, verdicts become columns."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from types import UnionType
from typing import Any, get_args, get_type_hints

from sanbao.engines.policy import Facts, PackError, Reason, Verdict, evaluate, words
from sanbao.rooms.repairs.adapters.packs import Books, books_with

ANSWERS = (
    "remedies",
    "days_left",
    "refund_share",
    "loaner_due",
    "disputed",
    "rules",
    "explanation_zh",
    "explanation_en",
)
YES = frozenset({"yes", "y", "true", "1", "是"})
NO = frozenset({"no", "n", "false", "0", "否"})
STACKS = {"": False, "statutory": False, "statutory+brand": True}
SHIPPED = books_with()


class Unreadable(ValueError):
    """A cell that cannot be read; the message names the column and the value."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns that are added to one row, and why it got no verdict if it got none."""

    columns: Mapping[str, str]
    error: str = ""


def _kinds() -> dict[str, type]:
    hints = get_type_hints(Facts)
    kinds: dict[str, type] = {}
    for each in fields(Facts):
        hint = hints[each.name]
        kinds[each.name] = get_args(hint)[0] if isinstance(hint, UnionType) else hint
    return kinds


KINDS = _kinds()


def facts_of(row: Mapping[str, Any], today: date | None = None) -> Facts:
    """Return the facts of one row; columns that are no facts are passed over, empty cells mean unknown.

    Raises:
        Unreadable: a cell holds no date, number or yes/no where one is meant.
    """
    values = {name: _cell(name, kind, row[name]) for name, kind in KINDS.items() if not _empty(row.get(name))}
    if today is not None:
        values.setdefault("asked_on", today)
    return Facts(**values)


def judge(row: Mapping[str, Any], today: date | None = None, books: Books = SHIPPED) -> Answer:
    """Return the answer to one row. What cannot be read or judged is said in the answer, never raised."""
    try:
        facts = facts_of(row, today)
        book = books(facts.jurisdiction, with_brand(row))
        return _answer(evaluate(book, facts))
    except (Unreadable, PackError) as unreadable:
        return _unanswered(Reason("unreadable", (), refused=True), str(unreadable))


def with_brand(row: Mapping[str, Any]) -> bool:
    """Say whether the brand's promise lies on top of the law in this row.

    Raises:
        Unreadable: the column packs holds something else.
    """
    stack = str(row.get("packs") or "").strip()
    if stack not in STACKS:
        raise Unreadable(f"packs = {stack!r}")
    return STACKS[stack]


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _cell(name: str, kind: type, value: Any) -> Any:
    try:
        if kind is date:
            return _day(value)
        if kind is bool:
            return _yes(value)
        if kind is int:
            return _whole(value)
    except ValueError as unreadable:
        raise Unreadable(f"{name} = {value!r}") from unreadable
    return str(value).strip()


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value).strip())


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise ValueError(word)
    return word in YES


def _whole(value: Any) -> int:
    number = (
        Decimal(str(value).strip())
        if str(value).strip().lstrip("-").replace(".", "", 1).isdecimal()
        else None
    )
    if number is None or number != int(number):
        raise ValueError(value)
    return int(number)


def _answer(verdict: Verdict) -> Answer:
    if not verdict.decided:
        return _unanswered(verdict.reasons[0], "", verdict)
    return Answer(
        {
            "remedies": ";".join(verdict.remedies) or "none",
            "days_left": "" if verdict.days_left is None else str(verdict.days_left),
            "refund_share": share_text(verdict.refund_share),
            "loaner_due": "yes" if verdict.loaner_due else "no",
            "disputed": "yes" if verdict.disputed else "no",
            "rules": ";".join(verdict.rule_ids),
            "explanation_zh": words.explain(verdict, "zh"),
            "explanation_en": words.explain(verdict, "en"),
        }
    )


def _unanswered(reason: Reason, detail: str, verdict: Verdict | None = None) -> Answer:
    if verdict is None:
        texts = {language: words.reason_text(reason, language, detail) for language in ("zh", "en")}
    else:
        texts = {language: words.explain(verdict, language) for language in ("zh", "en")}
    blank = dict.fromkeys(ANSWERS, "")
    return Answer({**blank, "explanation_zh": texts["zh"], "explanation_en": texts["en"]}, texts["en"])


def share_text(share: Decimal | None) -> str:
    """Return a share of the price with two places, or as many as it needs."""
    if share is None:
        return ""
    return f"{share:.2f}" if share == round(share, 2) else f"{share.normalize():f}"
