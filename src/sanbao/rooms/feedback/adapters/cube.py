"""The cells that texts are counted in: filled and emptied by key, added up by facet, held against a recount.

Every text lies in four cells, so that no question adds up more than days times origins: its own, that of
its outlet with all products, of its product with all outlets, and of everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from django.db import connection, transaction

from sanbao.engines.text import ASPECTS, DEMANDS, FLAGS, SCENARIOS
from sanbao.rooms.feedback.models.cells import ALL, TALLIES, UNDATED

__all__ = [
    "TALLIES",
    "Where",
    "add",
    "by_outlet",
    "days",
    "differences",
    "extent",
    "held",
    "origins",
    "rebuild",
    "take",
    "waiting",
    "weeks",
]

_LOCK: Final = 0x5A42_0F02
_KEYS: Final = ("outlet", "product", "day", "origin")
_MIX_KEYS: Final = ("outlet", "product", "origin", "month")
_MIX_TALLIES: Final = ("read", "service_p", "service_m")
_NO_MONTH: Final = -1


@dataclass(frozen=True, slots=True)
class Where:
    """Which cells are added up. ``outlets`` is None for all of them, otherwise only those; ``product`` and
    ``origin`` are empty for all.
    """

    since: date | None = None
    until: date | None = None
    outlets: tuple[str, ...] | None = None
    product: str = ""
    origin: str = ""


def add(keys: Sequence[int]) -> None:
    """Count these texts as they now stand in the database. Lock their rows first, then call this."""
    _apply(1, keys)


def take(keys: Sequence[int]) -> None:
    """Take these texts out of the count; call it before what is counted about them changes."""
    _apply(-1, keys)


@transaction.atomic
def rebuild() -> None:
    """Count everything anew; what was counted before is forgotten. Writers wait meanwhile."""
    _alone()
    with connection.cursor() as cursor:
        for table in ("feedback_cell", "feedback_mix"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
        for statement in _counting(connection.vendor, whole=True):
            cursor.execute(statement, [1])


def differences() -> int:
    """Return how many cells do not hold what a recount finds; 0 is right."""
    wrong = 0
    with connection.cursor() as cursor:
        for sql in _recounting(connection.vendor):
            cursor.execute(sql, [1])
            wrong += int(cursor.fetchone()[0])
    return wrong


def weeks(where: Where, tallies: Sequence[str] = TALLIES) -> dict[date | None, dict[str, int]]:
    """Return the sums by week, each under its Monday; None holds texts without a day."""
    rows = _sums(where, "(day + 6) / 7", tallies)
    return {monday_of(week): values for week, values in rows.items()}


def days(where: Where, tallies: Sequence[str]) -> dict[date | None, dict[str, int]]:
    """Return the sums by day; None holds texts without one."""
    return {
        date.fromordinal(day) if day else None: values for day, values in _sums(where, "day", tallies).items()
    }


def origins(where: Where, tallies: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return the sums by origin."""
    return _sums(where, "origin", tallies)


def waiting(where: Where, most: int) -> int:
    """Return how many texts wait to be read, among the ``most`` that wait longest.

    The empty reader is written out, and the index named where that can be done: only so do both databases
    look at unread texts alone.
    """
    wanted, asked = ["1 = 1"], list[Any]()
    for text, value in (
        ("said_on >= %s", where.since and where.since.isoformat()),
        ("said_on <= %s", where.until and where.until.isoformat()),
        ("product_id = %s", where.product),
        ("origin = %s", where.origin),
    ):
        if value:
            wanted.append(text)
            asked.append(value)
    if where.outlets is not None:
        wanted.append(
            f"outlet_id IN ({', '.join(['%s'] * len(where.outlets))})" if where.outlets else "1 = 0"
        )
        asked += where.outlets
    index = "INDEXED BY voice_unread" if connection.vendor == "sqlite" else ""
    sql = (
        f"SELECT COUNT(*) FROM (SELECT said_on, product_id, origin, outlet_id FROM feedback_voice {index} "  # noqa: S608
        f"WHERE reader = '' ORDER BY id LIMIT {most}) AS unread WHERE {' AND '.join(wanted)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return int(cursor.fetchone()[0])


def extent(where: Where) -> tuple[date | None, date | None]:
    """Return the first and the last day that texts carry."""
    condition, asked = _condition(where)
    sql = f"SELECT MIN(day), MAX(day) FROM feedback_cell WHERE {condition} AND day > {UNDATED} AND read > 0"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        first, last = cursor.fetchone()
    return (date.fromordinal(first), date.fromordinal(last)) if first else (None, None)


def by_outlet(where: Where, codes: Sequence[str], tallies: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return the sums of each of these outlets."""
    known = codes if where.outlets is None else [code for code in codes if code in where.outlets]
    return _sums(
        Where(where.since, where.until, tuple(known), where.product, where.origin), "outlet", tallies
    )


def held(where: Where, tally: str) -> list[tuple[str, int, int, float, float]]:
    """Return for each outlet how many texts of how many hold a thing, how many its mix of models and origins
    would bring at the average rates of all these outlets, and the variance of that; by whole months.
    """
    wanted, asked = ["outlet <> ''"], list[Any]()
    for text, value in (
        ("month >= %s", where.since and month_of(where.since)),
        ("month <= %s", where.until and month_of(where.until)),
        ("product = %s", where.product),
        ("origin = %s", where.origin),
    ):
        if value:
            wanted.append(text)
            asked.append(value)
    if where.outlets is not None:
        marks = ", ".join(["%s"] * len(where.outlets))
        wanted.append(f"outlet IN ({marks})" if marks else "1 = 0")
        asked += where.outlets
    sql = (
        f"WITH mix AS (SELECT outlet, product, origin, SUM(read) AS n, SUM({tally}) AS k FROM feedback_mix "  # noqa: S608
        f"WHERE {' AND '.join(wanted)} GROUP BY outlet, product, origin HAVING SUM(read) > 0), "
        "average AS (SELECT product, origin, SUM(k) * 1.0 / SUM(n) AS rate FROM mix "
        "GROUP BY product, origin) "
        "SELECT mix.outlet, SUM(k), SUM(n), SUM(n * rate), SUM(n * rate * (1 - rate)) FROM mix JOIN average "
        "ON average.product = mix.product AND average.origin = mix.origin GROUP BY mix.outlet"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [(name, int(k), int(n), float(e), float(v)) for name, k, n, e, v in cursor.fetchall()]


def month_of(day: date) -> int:
    """Return the month as the mixes count it."""
    return day.year * 12 + day.month - 1


def monday_of(week: int) -> date | None:
    """Return the Monday of a week as the cells count it; None for no week."""
    return date.fromordinal(week * 7 - 6) if week else None


def week_start(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _sums(where: Where, group: str, tallies: Sequence[str]) -> dict[Any, dict[str, int]]:
    condition, asked = _condition(where)
    sums = ", ".join(f"SUM({name})" for name in tallies)
    sql = f"SELECT {group}, {sums} FROM feedback_cell WHERE {condition} GROUP BY 1"  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return {row[0]: dict(zip(tallies, map(int, row[1:]), strict=True)) for row in cursor.fetchall()}


def _condition(where: Where) -> tuple[str, list[Any]]:
    outlets = (ALL,) if where.outlets is None else where.outlets
    if not outlets:
        return "1 = 0", []
    wanted = [f"outlet IN ({', '.join(['%s'] * len(outlets))})", "product = %s"]
    asked: list[Any] = [*outlets, where.product or ALL]
    if where.since or where.until:
        first, last = where.since or date.min, where.until or date.max
        wanted.append("day BETWEEN %s AND %s")
        asked += [max(first.toordinal(), UNDATED + 1), last.toordinal()]
    if where.origin:
        wanted.append("origin = %s")
        asked.append(where.origin)
    return " AND ".join(wanted), asked


def _apply(sign: int, keys: Sequence[int]) -> None:
    if not keys:
        return
    _alone()
    given = list(keys) if connection.vendor == "postgresql" else str(list(keys))
    with connection.cursor() as cursor:
        for statement in _counting(connection.vendor, whole=False):
            cursor.execute(statement, [given, given, sign])


def _alone() -> None:
    """Let one writer at a time change cells: two in other orders would wait for one another."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@cache
def _counting(vendor: str, *, whole: bool) -> tuple[str, str]:
    """Return the statements that count texts into cells and into mixes: all, or those of some keys."""
    return tuple(  # type: ignore[return-value]  # two tables, two statements
        f"INSERT INTO {table} ({', '.join((*keys, *tallies))}) "
        f"WITH texts AS ({_texts(vendor, whole=whole)}), signed(way) AS (SELECT {_integer(vendor)}) {cells} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET "
        + ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in tallies)
        for table, keys, tallies, cells in (
            ("feedback_cell", _KEYS, TALLIES, _cells("* way")),
            ("feedback_mix", _MIX_KEYS, _MIX_TALLIES, _mixes("* way")),
        )
    )


@cache
def _recounting(vendor: str) -> tuple[str, str]:
    """Return the statements that count the cells, and the mixes, that a recount contradicts."""
    found = []
    for table, keys, tallies, cells in (
        ("feedback_cell", _KEYS, TALLIES, _cells("* way")),
        ("feedback_mix", _MIX_KEYS, _MIX_TALLIES, _mixes("* way")),
    ):
        columns = ", ".join((*keys, *tallies))
        kept = f"SELECT {columns} FROM {table} WHERE {' + '.join(f'ABS({name})' for name in tallies)} > 0"  # noqa: S608
        counted = f"SELECT {columns} FROM counted"  # noqa: S608 - our own words
        found.append(
            f"WITH texts AS ({_texts(vendor, whole=True)}), signed(way) AS (SELECT {_integer(vendor)}), "  # noqa: S608
            f"counted({columns}) AS ({cells}), filled AS ({counted} WHERE "
            f"{' + '.join(f'ABS({name})' for name in tallies)} > 0) "
            f"SELECT COUNT(*) FROM (SELECT * FROM (SELECT * FROM filled EXCEPT {kept}) AS a "
            f"UNION ALL SELECT * FROM ({kept} EXCEPT SELECT * FROM filled) AS b) AS c"
        )
    return found[0], found[1]


def _integer(vendor: str) -> str:
    return "CAST(%s AS integer)" if vendor == "postgresql" else "%s"


def _cells(sign: str) -> str:
    sums = ", ".join(f"SUM({name}) {sign}" for name in TALLIES)
    return " UNION ALL ".join(
        f"SELECT {outlet}, {product}, day, origin, {sums} FROM texts, signed GROUP BY {keys}, way"  # noqa: S608
        for outlet, product, keys in (
            ("outlet", "product", "outlet, product, day, origin"),
            ("outlet", f"'{ALL}'", "outlet, day, origin"),
            (f"'{ALL}'", "product", "product, day, origin"),
            (f"'{ALL}'", f"'{ALL}'", "day, origin"),
        )
    )


def _mixes(sign: str) -> str:
    sums = ", ".join(f"SUM({name}) {sign}" for name in _MIX_TALLIES)
    keys = ", ".join(_MIX_KEYS)
    return f"SELECT {keys}, {sums} FROM texts, signed WHERE outlet <> '' GROUP BY {keys}, way"  # noqa: S608


def _texts(vendor: str, *, whole: bool) -> str:
    """Return the query for one row a text: its cell, and 0 or 1 for everything that is counted."""
    postgres = vendor == "postgresql"
    if postgres:
        day, month = (
            "v.said_on - DATE '0001-01-01' + 1",
            "EXTRACT(YEAR FROM v.said_on)::int * 12 + EXTRACT(MONTH FROM v.said_on)::int - 1",
        )
        given = "= ANY(%s)"
    else:
        day = "CAST(julianday(v.said_on) - 1721424.5 AS integer)"
        month = (
            "CAST(strftime('%%Y', v.said_on) AS integer) * 12"
            " + CAST(strftime('%%m', v.said_on) AS integer) - 1"
        )
        given = "IN (SELECT value FROM json_each(%s))"
    own, read = ("", "") if whole else (f"WHERE voice_id {given}", f"AND v.id {given}")
    return (
        f"SELECT COALESCE(v.outlet_id, '') AS outlet, COALESCE(v.product_id, '') AS product, v.origin, "  # noqa: S608
        f"COALESCE({day}, {UNDATED}) AS day, COALESCE({month}, {_NO_MONTH}) AS month, {_columns(postgres)} "
        f"FROM feedback_voice v LEFT JOIN (SELECT voice_id, {_spoken()} FROM feedback_mention {own} "
        f"GROUP BY voice_id) m ON m.voice_id = v.id WHERE v.reader <> '' {read}"
    )


def _spoken() -> str:
    """Return for each aspect, scenario and the service whether any mention praises or blames it."""
    codes: dict[str, tuple[str, ...]] = {aspect.code.lower(): (aspect.code,) for aspect in ASPECTS}
    codes |= {key: tuple(a.code for a in ASPECTS if a.scenario == key) for key in SCENARIOS}
    codes["service"] = tuple(aspect.code for aspect in ASPECTS if aspect.service)
    return ", ".join(
        "MAX(CASE WHEN polarity {} 0 AND aspect IN ({}) THEN 1 ELSE 0 END) AS {}_{}".format(
            sign, ", ".join(f"'{code}'" for code in listed), name, way
        )
        for name, listed in codes.items()
        for sign, way in ((">", "p"), ("<", "m"))
    )


def _columns(postgres: bool) -> str:  # noqa: FBT001 - which database writes
    def holds(column: str, name: str) -> str:
        return f"v.{column} ? '{name}'" if postgres else f"instr(v.{column}, '\"{name}\"') > 0"

    told = {
        "read": "v.counts",
        "copies": "v.aside = 'copy'",
        "left_out": "v.aside = 'left_out'",
        "praise": "v.counts AND v.overall > 0",
        "blame": "v.counts AND v.overall < 0",
        **{f"demand_{name}": f"v.counts AND {holds('demands', name)}" for name in DEMANDS},
        **{f"flag_{name}": f"v.counts AND {holds('flags', name)}" for name in FLAGS},
    }
    return ", ".join(
        f"CASE WHEN {told.get(name, f'v.counts AND m.{name} > 0')} THEN 1 ELSE 0 END AS {name}"
        for name in TALLIES
    )
