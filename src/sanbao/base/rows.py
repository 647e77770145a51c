"""Single rows, read by statements whose columns are put together once.

Most verbs begin with a few rows read by key. Listing forty columns again each time costs Django more than
the database needs to find the row, so here the columns are kept by the shape of the query. What narrows a
query is put together afresh every time: nothing that decides who sees what is ever kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import Query


@dataclass(frozen=True, slots=True)
class _Columns:
    """What a query of one shape reads, and how a row of it becomes an object."""

    text: str
    model: type[models.Model]
    names: Sequence[str]
    first: int
    last: int
    related: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Any], Any]]


_kept: dict[tuple[Any, ...], _Columns] = {}


def one(rows: models.QuerySet[Any]) -> Any | None:
    """Return the one row of this query, or None.

    Raises:
        MultipleObjectsReturned: there are several.
    """
    found = _read(rows, " LIMIT 2") if _is_plain(rows) else list(rows.order_by()[:2])
    if len(found) > 1:
        raise rows.model.MultipleObjectsReturned
    return found[0] if found else None


def earliest_key(rows: models.QuerySet[Any]) -> Any | None:
    """Return the row with the lowest key of a query that names no order itself, or None."""
    query, quote = rows.query, connection.ops.quote_name
    if not _is_plain(rows):
        return next(iter(rows.order_by("pk")[:1]), None)
    key = f"{quote(query.get_initial_alias())}.{quote(rows.model._meta.pk.column)}"
    found = _read(rows, f" ORDER BY {key} ASC LIMIT 1")
    return found[0] if found else None


def _is_plain(rows: models.QuerySet[Any]) -> bool:
    """Tell whether the query reads whole rows of its tables and nothing else."""
    query = rows.query
    return (
        rows._iterable_class is ModelIterable  # noqa: SLF001 - says what the rows become
        and not rows._known_related_objects  # type: ignore[attr-defined]  # noqa: SLF001 - ours to hand on
        and query.default_cols
        and query.deferred_loading == (frozenset(), True)
        and not (query.annotations or query.extra or query.distinct or query.combinator or query.group_by)
        and not (query.is_sliced or query.select_for_update or query.extra_tables)
        and not (query.where.contains_aggregate or query.where.contains_over_clause)
    )


def _read(rows: models.QuerySet[Any], end: str) -> list[Any]:
    here, shape = connections[DEFAULT_DB_ALIAS], _shape(rows.query)
    columns = _kept.get(shape)
    if columns is None:
        columns = _kept[shape] = _columns_of(rows)
    try:
        where, values = rows.query.get_compiler(connection=here).compile(rows.query.where)
    except EmptyResultSet:
        return []
    except FullResultSet:
        where, values = "1 = 1", ()
    with here.cursor() as cursor:
        cursor.execute(f"{columns.text} WHERE {where}{end}", values)
        found = [_object(here, columns, list(row)) for row in cursor.fetchall()]
    along = rows._prefetch_related_lookups  # type: ignore[attr-defined]  # noqa: SLF001 - ours to carry out
    if along and found:
        models.prefetch_related_objects(found, *along)
    return found


def _shape(query: Query) -> tuple[Any, ...]:
    """Everything that columns and joins depend on, and nothing of what is compared."""
    joins = tuple(
        (
            alias,
            table.table_name,
            table.join_type,
            table.parent_alias,
            getattr(table, "join_cols", None),
            bool(query.alias_refcount[alias]),
        )
        for alias, table in query.alias_map.items()
    )
    return connection.alias, connection.vendor, query.model, repr(query.select_related), joins


def _columns_of(rows: models.QuerySet[Any]) -> _Columns:
    compiler = rows.order_by().query.get_compiler(connection=connection)
    compiler.pre_sql_setup()
    tables, _ = compiler.get_from_clause()
    select, kind = compiler.select, compiler.klass_info
    first, last = kind["select_fields"][0], kind["select_fields"][-1] + 1
    listed = ", ".join(text for _, (text, _), _ in select)
    converters = compiler.get_converters([column for column, _, _ in select])
    return _Columns(
        text=f"SELECT {listed} FROM {' '.join(tables)}",  # noqa: S608 - names of our models
        model=kind["model"],
        names=[column.target.attname for column, _, _ in select[first:last]],
        first=first,
        last=last,
        related=get_related_populators(kind, select, connection.alias),  # type: ignore[call-arg]  # stubs of a later Django
        converters=[(place, made, column) for place, (made, column) in converters.items()],
    )


def _object(here: Any, columns: _Columns, row: list[Any]) -> Any:
    for place, made, column in columns.converters:
        for converter in made:
            row[place] = converter(row[place], column, here)
    found = columns.model.from_db(here.alias, columns.names, row[columns.first : columns.last])
    for populator in columns.related:
        populator.populate(row, found)
    return found
