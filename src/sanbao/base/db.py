"""What every table has in common, and the tools of a safe write."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any, Final, Self

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing, Overtaken
from sanbao.base.narrow import narrow
from sanbao.base.rows import cursor_of, earliest_key, every, one

_TAKEN: Final[dict[frozenset[Any], frozenset[type]]] = {
    frozenset({models.CharField, models.TextField}): frozenset({str}),
    frozenset(
        {models.IntegerField, models.SmallIntegerField, models.BigIntegerField, models.PositiveIntegerField,
         models.PositiveSmallIntegerField, models.BigAutoField}
    ): frozenset({int}),
    frozenset({models.BooleanField}): frozenset({bool}),
}  # fmt: skip
"""Kinds of columns, and the classes of values that both databases' drivers take for them as they are."""


class Visible(models.QuerySet[Any]):
    """A query set that can be narrowed to what one actor may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the rows this actor may see. Every room's model says how; there is no default."""
        raise NotImplementedError(f"{self.model.__name__} does not say who may see it ({actor.kind})")

    def pick(self, actor: Actor, **key: Any) -> Any:
        """Return the one visible row with this key.

        Raises:
            Missing: there is none, or the actor may not see it.
        """
        shown = {name: str(value)[:64] for name, value in key.items()}
        # no text of a database holds NUL, and PostgreSQL will not even look for it
        if any("\x00" in str(value) for value in key.values()):
            raise Missing(**shown)
        found = one(self.visible_to(actor).filter(**key))
        if found is None:
            raise Missing(**shown)
        return found

    def get(self, *conditions: Any, **key: Any) -> Any:
        found = one(self.filter(*conditions, **key))
        if found is None:
            raise self.model.DoesNotExist
        return found

    def first(self) -> Any | None:
        return super().first() if self.ordered else earliest_key(self)

    def create(self, **values: Any) -> Any:
        row = self.model(**values)
        insert(row)
        return row

    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: Any) -> None:  # noqa: FBT001 - Django's
        if not negate:
            kwargs = narrow(self._query, kwargs)  # type: ignore[attr-defined]  # the same
        if args or kwargs or negate:
            super()._filter_or_exclude_inplace(negate, args, kwargs)  # type: ignore[misc]  # a door that Django keeps

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._result_cache = every(self)
        super()._fetch_all()


def compare_and_set(row: models.Model, *, seen: dict[str, Any], changes: dict[str, Any]) -> None:
    """Change the row if it still holds what was seen, as ``change_if`` does.

    Raises:
        Overtaken: somebody else was first; nothing was changed.
    """
    if not change_if(row, seen=seen, changes=changes):
        raise Overtaken


def change_if(row: models.Model, *, seen: dict[str, Any], changes: dict[str, Any]) -> bool:
    """Change the row if it still holds what was seen, and tell; one statement, right on both databases.

    Values are plain ones, compared for equality; None means NULL. A comparison with JSON is not offered:
    the databases do not agree on it.
    """
    # the connection itself: asking the stand-in for it with every value would cost more than the value
    model, here = type(row), connections[DEFAULT_DB_ALIAS]
    nulls = tuple(value is None for value in seen.values())
    sql = _update(model, here.vendor, tuple(seen), nulls, tuple(changes))
    asked = {name: value for name, value in seen.items() if value is not None}
    values = (*_plain(here, model, changes), row.pk, *_plain(here, model, asked))
    if not _run(here, sql, values).rowcount:
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    return True


def insert(row: models.Model) -> None:
    """Write a new row with a statement that is put together once per table; afterwards it knows its key.

    It does what ``save(force_insert=True)`` does for a table that stands alone, at a fifth of the cost.
    """
    model, here = type(row), connections[DEFAULT_DB_ALIAS]
    sql, fields = _insert(model, here.vendor)
    cursor = _run(here, sql, _ready(here, row, fields))
    _now_there(row, here, row.pk if model._meta.pk in fields else cursor.fetchone()[0])


def insert_new(row: models.Model) -> bool:
    """Write a new row unless one with its unique values is there; tell. No savepoint is needed around it."""
    model, here = type(row), connections[DEFAULT_DB_ALIAS]
    sql, fields = _insert(model, here.vendor)
    head, _, key = sql.partition(" RETURNING ")
    found = _run(here, f"{head} ON CONFLICT DO NOTHING RETURNING {key}", _ready(here, row, fields)).fetchone()
    if found is None:
        return False
    _now_there(row, here, found[0])
    return True


def _now_there(row: models.Model, here: Any, key: Any) -> None:
    row.pk = key
    state = row._state  # noqa: SLF001 - Django's mark of a row that is saved
    state.adding, state.db = False, here.alias


def insert_all(rows: Sequence[models.Model], *, only_new: bool = False) -> None:
    """Write new rows of one table with one statement; they do not learn their keys.

    With ``only_new`` a row whose unique values are there already is left out.
    """
    if rows:
        here = connections[DEFAULT_DB_ALIAS]
        sql, fields = _insert(type(rows[0]), here.vendor)
        head, _, one_row = sql.partition(" RETURNING ")[0].partition(" VALUES ")
        values = [value for row in rows for value in _ready(here, row, fields)]
        end = " ON CONFLICT DO NOTHING" if only_new else ""
        _run(here, f"{head} VALUES {', '.join([one_row] * len(rows))}{end}", values)


def insert_many(rows: Sequence[models.Model]) -> None:
    """Write many new rows of one table, a statement each but read once; they do not learn their keys."""
    if rows:
        here = connections[DEFAULT_DB_ALIAS]
        sql, fields = _insert(type(rows[0]), here.vendor)
        values = [_ready(here, row, fields) for row in rows]
        with transaction.mark_for_rollback_on_error(using=here.alias), here.cursor() as cursor:
            cursor.executemany(sql.partition(" RETURNING ")[0], values)


def _run(here: Any, sql: str, values: Sequence[Any]) -> Any:
    cursor = cursor_of(here)
    with transaction.mark_for_rollback_on_error(using=here.alias):
        cursor.execute(sql, values)
    return cursor


def _plain(here: Any, model: type[models.Model], named: dict[str, Any]) -> list[Any]:
    """Return the values as the database takes them; a row stands for its key."""
    return [
        _plain_value(
            here, model._meta.get_field(name), value.pk if isinstance(value, models.Model) else value
        )
        for name, value in named.items()
    ]


def _ready(here: Any, row: models.Model, fields: Sequence[Any]) -> list[Any]:
    """Return the values of a row's columns as the database takes them."""
    return [_plain_value(here, field, getattr(row, field.attname)) for field in fields]


def _plain_value(here: Any, field: Any, value: Any) -> Any:
    """Return a value as ``get_db_prep_save`` does, at once where the driver takes it as it is."""
    kind = value.__class__
    if kind in _taken_as_they_are(field):
        return value
    if kind is datetime and here.vendor == "sqlite" and value.tzinfo is not None:
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return field.get_db_prep_save(value, here)


@cache
def _taken_as_they_are(field: Any) -> frozenset[type]:
    """Name the classes whose values need no change before they go into this column."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    kinds = next((kinds for known, kinds in _TAKEN.items() if type(target) in known), frozenset[type]())
    return kinds | {NoneType}


@cache
def _insert(model: type[models.Model], vendor: str) -> tuple[str, tuple[Any, ...]]:
    """``vendor`` keeps the statements of two databases apart."""
    del vendor
    quote, meta = connection.ops.quote_name, model._meta
    fields = tuple(f for f in meta.local_concrete_fields if not isinstance(f, models.AutoField))
    names, holders = ", ".join(quote(str(f.column)) for f in fields), ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({holders})"  # noqa: S608 - names of our models
    if meta.pk not in fields:
        sql += f" RETURNING {quote(str(meta.pk.column))}"
    return sql, fields


@cache
def _update(
    model: type[models.Model],
    vendor: str,
    seen: tuple[str, ...],
    nulls: tuple[bool, ...],
    changes: tuple[str, ...],
) -> str:
    """``vendor`` keeps the statements of two databases apart."""
    del vendor
    meta = model._meta
    json = [name for name in seen if isinstance(meta.get_field(name), models.JSONField)]
    if json:
        raise TypeError(f"{model.__name__} cannot be compared by {json}")
    quote = connection.ops.quote_name

    def column(name: str) -> str:
        return quote(str(meta.get_field(name).column))  # type: ignore[union-attr]  # a column, not a relation

    new = ", ".join(f"{column(name)} = %s" for name in changes)
    old = [f"{column(name)} {'IS NULL' if null else '= %s'}" for name, null in zip(seen, nulls, strict=True)]
    where = " AND ".join([f"{quote(str(meta.pk.column))} = %s", *old])
    return f"UPDATE {quote(meta.db_table)} SET {new} WHERE {where}"  # noqa: S608 - names of our models


def lock_rows(rows: models.QuerySet[Any]) -> list[Any]:
    """Return the rows, held until the transaction ends, in key order so that nobody waits in a ring.

    SQLite has no row locks; there a write transaction is alone from its first statement.
    """
    ordered = rows.order_by("pk")
    return list(ordered.select_for_update() if connection.vendor == "postgresql" else ordered)


def known(field: str, values: Iterable[str]) -> models.Q:
    """Return the condition of a check constraint: the column holds one of these words."""
    return models.Q(**{f"{field}__in": sorted(values)})
