"""Many rows at once: COPY on PostgreSQL, prepared statements on SQLite; and the index of words on both."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

_IMPORT_LOCK: Final = 0x5A42_0F01
_SEARCH: Final = "feedback_search"


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Put rows into a table. JSON and days are given as text, moments as ``moment`` makes them."""
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:  # our own names
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(rows))  # noqa: S608 - our own names


def update(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Change rows by their ``id``, which stands last in each row. JSON is given as text."""
    cast = "::jsonb" if connection.vendor == "postgresql" else ""
    sets = ", ".join(f'"{name}" = %s{cast if name in _JSON else ""}' for name in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{table}" SET {sets} WHERE id = %s', list(rows))  # noqa: S608 - our own names


_JSON: Final = frozenset({"demands", "flags"})


def moment(at: datetime) -> Any:
    """Return a moment as the database of this installation keeps it."""
    return connection.ops.adapt_datetimefield_value(at)


def one_importer() -> None:
    """Wait until no other import writes; until the transaction ends. SQLite writers queue anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_IMPORT_LOCK])


def index_words(rows: Sequence[tuple[int, list[str]]]) -> None:
    """Put texts into the index by key and search words, in place of what stood there."""
    forget_words([key for key, _words in rows])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                f"INSERT INTO {_SEARCH} (rowid, tokens) VALUES (%s, array_to_tsvector(%s::text[]))",  # noqa: S608 - a constant
                [(key, words) for key, words in rows],
            )
        else:
            cursor.executemany(
                f"INSERT INTO {_SEARCH} (rowid, tokens) VALUES (%s, %s)",  # noqa: S608 - a constant
                [(key, " ".join(words)) for key, words in rows],
            )


def forget_words(keys: Sequence[int]) -> None:
    """Take texts out of the index."""
    if keys:
        marks = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_SEARCH} WHERE rowid IN ({marks})", list(keys))  # noqa: S608 - marks only


def find_words(words: Sequence[str], before: int, most: int) -> list[int]:
    """Return the keys of texts that hold all of these words, newest first, below ``before`` if not 0."""
    if connection.vendor == "postgresql":
        terms = " & ".join("'{}'".format(word.replace("'", "''").replace("\\", "\\\\")) for word in words)
        match, query = "tokens @@ %s::tsquery", terms
    else:
        match, query = (
            f"{_SEARCH} MATCH %s",
            " ".join('"{}"'.format(word.replace('"', '""')) for word in words),
        )
    edge = "AND rowid < %s" if before else ""
    values: list[Any] = [query, *([before] if before else []), most]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {_SEARCH} WHERE {match} {edge} ORDER BY rowid DESC LIMIT %s",  # noqa: S608 - constants
            values,
        )
        return [key for (key,) in cursor.fetchall()]
