"""One sentence for each of many numbers, found by index in one question to the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from sanbao.rooms.feedback.adapters.cube import Where

_SHORTEST, _LONGEST = 4, 60
_WEEK: Final = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number to be given a voice: an aspect's code, which way, and a week in which somebody said so."""

    code: str
    polarity: int
    week: date | None


def find(where: Where, wanted: Sequence[Wanted]) -> list[int]:
    """Return the key of one mention for each, the newest of its week; some may have none.

    The index is walked from the end of that week, and only as far as its beginning: rare facets cost
    little more than frequent ones.
    """
    if not wanted:
        return []
    values: list[Any] = []
    parts = []
    for number, each in enumerate(wanted):
        condition, asked = _condition(where, each)
        join = "JOIN feedback_voice v ON v.id = m.voice_id " if where.product else ""
        parts.append(
            f"SELECT * FROM (SELECT m.id FROM feedback_mention m {join}WHERE {condition} "  # noqa: S608 - our own words
            f"ORDER BY m.said_on DESC, m.id DESC LIMIT 1) AS s{number}"
        )
        values += asked
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return [key for (key,) in cursor.fetchall()]


def _condition(where: Where, each: Wanted) -> tuple[str, list[Any]]:
    """Erased sentences have no length, so they are never found."""
    wanted = [
        "m.aspect = %s",
        "m.polarity = %s",
        "m.counts",
        f'm."end" - m.start BETWEEN {_SHORTEST} AND {_LONGEST}',
    ]
    asked: list[Any] = [each.code, each.polarity]
    if each.week is None:
        wanted.append("m.said_on IS NULL")
    else:
        first = max(each.week, where.since or each.week)
        last = min(each.week + _WEEK, where.until or each.week + _WEEK)
        wanted.append("m.said_on BETWEEN %s AND %s")
        asked += [first.isoformat(), last.isoformat()] if connection.vendor == "sqlite" else [first, last]
    if where.outlets is not None:
        wanted.append(
            f"m.outlet_id IN ({', '.join(['%s'] * len(where.outlets))})" if where.outlets else "1 = 0"
        )
        asked += where.outlets
    for column, value in (("m.origin", where.origin), ("v.product_id", where.product)):
        if value:
            wanted.append(f"{column} = %s")
            asked.append(value)
    return " AND ".join(wanted), asked
