"""Whole rows, read by statements whose columns are put together once.

Listing forty columns again for each read costs Django more than the database needs to find the row, so here
the columns are kept by the shape of the query. What narrows a query is put together afresh every time:
nothing that decides who sees what is ever kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, FullResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import Query


@dataclass(frozen=True, slots=True)
class Columns:
    """What a query of one shape reads, and how a row of it becomes an object."""

    text: str
    model: type[models.Model]
    names: Sequence[str]
    first: int
    last: int
    related: Sequence[Any]
    converters: Sequence[tuple[int, Callable[[Any], Any]]]
    added: Sequence[tuple[str, int]]


_kept: dict[tuple[Any, ...], Columns] = {}


def one(rows: models.QuerySet[Any]) -> Any | None:
    """Return the one row of this query, or None.

    Raises:
        MultipleObjectsReturned: there are several.
    """
    plain = _is_plain(rows.query, rows) and not rows.query.is_sliced
    found = _read(rows, " LIMIT 2") if plain else list(rows.order_by()[:2])
    if len(found) > 1:
        raise rows.model.MultipleObjectsReturned
    return found[0] if found else None


def earliest_key(rows: models.QuerySet[Any]) -> Any | None:
    """Return the row with the lowest key of a query that names no order itself, or None."""
    query = rows.query
    if not _is_plain(query, rows) or query.is_sliced:
        return next(iter(rows.order_by("pk")[:1]), None)
    found = _read(rows, f"{_order(query.model, _alias(query), ('pk',))} LIMIT 1")
    return found[0] if found else None


def every(rows: models.QuerySet[Any]) -> list[Any] | None:
    """Return the rows of a query in its order, without what ``prefetch_related`` adds; None: ask Django."""
    query = rows.query
    if not _is_plain(query, rows):
        return None
    wanted: Sequence[Any] = query.order_by or (query.default_ordering and query.get_meta().ordering) or ()
    order = _order(query.model, _alias(query), tuple(wanted)) if query.standard_ordering else None
    if order is None or query.extra_order_by:
        return None
    if query.is_sliced:
        ops = connections[DEFAULT_DB_ALIAS].ops
        order = f"{order} {ops.limit_offset_sql(query.low_mark, query.high_mark)}"
    return _read(rows, order, along=False)


def cursor_of(here: Any) -> Any:
    """Return a cursor under which PostgreSQL keeps the plan of a statement that comes again and again.

    Django's own writes the values into the statement, so that each is a new one to the database.
    """
    if here.vendor != "postgresql":
        return here.cursor()
    here.close_if_health_check_failed()
    here.ensure_connection()
    with here.wrap_database_errors:
        return here._prepare_cursor(here.Database.Cursor(here.connection))  # noqa: SLF001 - as its own are


def _is_plain(query: Query, rows: models.QuerySet[Any]) -> bool:
    """Tell whether the query reads whole rows of its tables and nothing else."""
    return (
        rows._iterable_class is ModelIterable  # noqa: SLF001 - says what the rows become
        and not rows._known_related_objects  # type: ignore[attr-defined]  # noqa: SLF001 - ours to hand on
        and query.default_cols
        and query.deferred_loading == (frozenset(), True)
        and not (query.annotations or query.extra or query.distinct or query.combinator or query.group_by)
        and not (query.select_for_update or query.extra_tables)
        and not (query.where.contains_aggregate or query.where.contains_over_clause)
    )


def _alias(query: Query) -> str:
    return str(query.get_initial_alias())


@cache
def _order(model: Any, alias: str, wanted: tuple[Any, ...]) -> str | None:
    """Return the end of a statement that sorts by columns of the table itself; None for any other order."""
    quote, texts = connections[DEFAULT_DB_ALIAS].ops.quote_name, []
    for name in wanted:
        if not isinstance(name, str):
            return None
        bare = name.removeprefix("-")
        try:
            field: Any = model._meta.pk if bare == "pk" else model._meta.get_field(bare)
        except FieldDoesNotExist:
            return None
        # sorting by a relation sorts by its own order
        if getattr(field, "column", None) is None or (field.is_relation and bare != field.attname):
            return None
        texts.append(f"{quote(alias)}.{quote(field.column)} {'DESC' if name.startswith('-') else 'ASC'}")
    return f" ORDER BY {', '.join(texts)}" if texts else ""


def _read(rows: models.QuerySet[Any], end: str, *, along: bool = True) -> list[Any]:
    here, query = connections[DEFAULT_DB_ALIAS], rows.query
    shape = _shape(here, query)
    columns = _kept.get(shape)
    if columns is None:
        columns = _kept[shape] = _columns(here, rows)
    try:
        where, values = query.get_compiler(connection=here).compile(query.where)
    except EmptyResultSet:
        return []
    except FullResultSet:
        where, values = "1 = 1", ()
    with cursor_of(here) as cursor:
        cursor.execute(f"{columns.text} WHERE {where}{end}", values)
        found = [object_of(columns, list(row)) for row in cursor.fetchall()]
    lookups = rows._prefetch_related_lookups  # type: ignore[attr-defined]  # noqa: SLF001 - ours to carry out
    if along and lookups and found:
        models.prefetch_related_objects(found, *lookups)
    return found


def _shape(here: Any, query: Query) -> tuple[Any, ...]:
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
    return here.vendor, query.model, query.select_related and repr(query.select_related), joins


def _columns(here: Any, rows: models.QuerySet[Any]) -> Columns:
    whole = rows.query.chain()
    whole.clear_limits()
    whole.clear_ordering(force=True)
    compiler = whole.get_compiler(connection=here)
    compiler.pre_sql_setup()
    return columns_of(here, compiler)


def columns_of(here: Any, compiler: Any) -> Columns:
    """Return what a statement that is put together reads, and how a row of it becomes an object."""
    select, kind = compiler.select, compiler.klass_info
    tables, _ = compiler.get_from_clause()
    listed = ", ".join(text for _, (text, _), _ in select)
    places = compiler.get_converters([column for column, _, _ in select])
    converters = [(place, _converter(here, made, column)) for place, (made, column) in places.items()]
    text = f"SELECT {listed} FROM {' '.join(tables)}"  # noqa: S608 - names of our models
    if kind is None:
        return Columns(text, models.Model, (), 0, 0, (), converters, ())
    first, last = kind["select_fields"][0], kind["select_fields"][-1] + 1
    return Columns(
        text=text,
        model=_quiet(kind["model"]),
        names=[column.target.attname for column, _, _ in select[first:last]],
        first=first,
        last=last,
        related=get_related_populators(kind, select, here.alias),  # type: ignore[call-arg]  # stubs of a later Django
        converters=converters,
        added=tuple(compiler.annotation_col_map.items()),
    )


def _quiet(model: type[models.Model]) -> type[models.Model]:
    """Return the model, of whose objects nobody wants to hear when they are made.

    Raises:
        TypeError: somebody does.
    """
    heard = (models.signals.pre_init, models.signals.post_init)  # noqa: TID251 - asked, not used
    if model.__init__ is not models.Model.__init__ or any(each.has_listeners(model) for each in heard):
        raise TypeError(f"{model.__name__} does something while its objects are made")
    return model


def _converter(here: Any, made: Sequence[Any], column: Any) -> Callable[[Any], Any]:
    """Return one function for what Django does in several steps to a value of this column."""
    if here.vendor == "sqlite" and made == [here.ops.convert_datetimefield_value] and here.timezone is UTC:
        return _moment

    def convert(value: Any) -> Any:
        for converter in made:
            value = converter(value, column, here)
        return value

    return convert


def _moment(moment: datetime | None) -> datetime | None:
    """SQLite keeps moments in UTC and does not say so."""
    return None if moment is None else moment.replace(tzinfo=UTC)


def object_of(columns: Columns, row: list[Any]) -> Any:
    """Return the object that a row is, with what it points at and what was added to it."""
    for place, convert in columns.converters:
        row[place] = convert(row[place])
    found = _made(columns.model, columns.names, row[columns.first : columns.last])
    for populator in columns.related:
        _populate(populator, row, found)
    for name, place in columns.added:
        setattr(found, name, row[place])
    return found


def _made(model: type[models.Model], names: Sequence[str], values: Sequence[Any]) -> Any:
    """Return an object that holds these columns, as ``from_db`` does with each of them by itself."""
    made = model.__new__(model)
    made._state = state = ModelState()  # noqa: SLF001 - as Django's own objects have it
    made.__dict__.update(zip(names, values, strict=True))
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    return made


def _populate(populator: Any, row: list[Any], whole: Any) -> None:
    """Hang the object that another one points at on it, and what that one points at in turn."""
    values = row[populator.cols_start : populator.cols_end]
    if values[populator.pk_idx] is None:
        found = None
    else:
        found = _made(populator.model_cls, populator.init_list, values)
        for deeper in populator.related_populators:
            _populate(deeper, row, found)
    populator.local_setter(whole, found)
    if found is not None:
        populator.remote_setter(found, whole)
