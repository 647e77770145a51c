"""Reads that differ in a few values only: put together once, and asked again with other values.

They are for what everybody may know or what the house itself looks up on its way: catalogues, prices,
shelves, who a key belongs to. What decides who sees what is never kept.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import FlatValuesListIterable, ModelIterable

from sanbao.base.rows import Columns, columns_of, cursor_of, object_of

_FAR: Final = 1000


@dataclass(frozen=True, slots=True)
class _Plan:
    """A whole statement, with the place of each value among its parameters."""

    sql: str
    values: tuple[Any, ...]
    places: Mapping[int, tuple[str, int | None]]
    columns: Columns
    rows: Any


class KeptRead:
    """A read that ``make`` describes as a query of named values; calling it with these gives its rows.

    The kinds of the values are named: ``str``, ``int``, ``date`` or ``datetime``, or a tuple with one of them
    for a list of any length but zero. Values may be compared (``=``, ``<`` …, ``in``) and nothing else.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Any, Any]], **kinds: Any) -> None:
        self._make, self._kinds = make, kinds
        self._plans: dict[tuple[Any, ...], _Plan] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows: objects, tuples or single values, as the query says."""
        here = connections[DEFAULT_DB_ALIAS]
        shape = (here.vendor, *(len(v) if isinstance(v, tuple) else None for v in values.values()))
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = self._planned(here, values)
        asked = list(plan.values)
        for place, (name, number) in plan.places.items():
            value = values[name] if number is None else values[name][number]
            asked[place] = _stored(here, value)
        with cursor_of(here) as cursor:
            cursor.execute(plan.sql, asked)
            found = cursor.fetchall()
        if plan.rows is ModelIterable:
            return [object_of(plan.columns, list(row)) for row in found]
        flat, convert = plan.rows is FlatValuesListIterable, plan.columns.converters
        made = [_converted(convert, list(row)) for row in found]
        return [row[0] for row in made] if flat else [tuple(row) for row in made]

    def _planned(self, here: Any, values: Mapping[str, Any]) -> _Plan:
        marks = dict(self._marks(values))
        told = {name: tuple(marks[name, n] for n in range(len(value))) if isinstance(value, tuple)
                else marks[name, None] for name, value in values.items()}  # fmt: skip
        rows = self._make(**told)
        compiler = rows.query.get_compiler(connection=here)
        sql, found = compiler.as_sql()
        stored = {_stored(here, mark): where for where, mark in marks.items()}
        places = {place: stored[value] for place, value in enumerate(found) if value in stored}
        if set(places.values()) != set(marks):
            raise TypeError(f"not every value of {sorted(told)} stands in the statement as it is")
        return _Plan(sql, tuple(found), places, columns_of(here, compiler), rows._iterable_class)  # noqa: SLF001 - what rows become

    def _marks(self, values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int | None], Any]]:
        """Give each value a stand-in that occurs nowhere else."""
        count = 0
        for name, value in values.items():
            kind = self._kinds[name]
            for number in range(len(value)) if isinstance(value, tuple) else (None,):
                count += 1
                yield (name, number), _mark(kind[0] if isinstance(kind, tuple) else kind, count)


def _mark(kind: type, count: int) -> Any:
    if kind is str:
        return f"\x02{count}"
    if kind is int:
        return -(10**9) - count
    if kind is datetime:
        return datetime(_FAR, 1, count, tzinfo=UTC)
    return date(_FAR, 2, count)


def _stored(here: Any, value: Any) -> Any:
    """Return a value as a comparison hands it to the database."""
    if here.vendor == "sqlite" and isinstance(value, date):
        ops = here.ops
        whole = isinstance(value, datetime)
        return ops.adapt_datetimefield_value(value) if whole else ops.adapt_datefield_value(value)
    return value


def _converted(converters: Any, row: list[Any]) -> list[Any]:
    for place, convert in converters:
        row[place] = convert(row[place])
    return row
