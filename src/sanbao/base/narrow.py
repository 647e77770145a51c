"""Conditions on a table's own columns, put into a query by the short way.

Django resolves every condition as if it could lead through other tables. Nearly all of ours compare a column
of the table itself with a value; for these the same lookup is made directly. Nothing is kept between queries.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.sql import Query
from django.db.models.sql.where import AND

_VALUES: Final = (str, int, date, Decimal, bytes)
_WITH_ONE_VALUE: Final = frozenset({"exact", "gt", "gte", "lt", "lte", "startswith"})


def narrow(query: Query, conditions: Mapping[str, Any]) -> dict[str, Any]:
    """Add what compares a column of the query's own table with a plain value; return what is left over."""
    left, where = {}, query.where
    if where.connector != AND or where.negated or query.combinator:
        return dict(conditions)
    for name, value in conditions.items():
        found = _column(query.model, name)
        if found is None or not _fits(found[1], value):
            left[name] = value
        else:
            field, lookup = found
            where.children.append(lookup(field.get_col(query.get_initial_alias()), value))
    return left


@cache
def _column(model: type[models.Model], condition: str) -> tuple[Any, Any] | None:
    """Return the column and the comparison that a condition names, where it is one of the table itself."""
    name, _, how = condition.partition("__")
    try:
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not isinstance(field, models.Field) or field.model is not model or isinstance(field, models.JSONField):
        return None
    # a relation compared by its object may name the wrong table, which Django tells
    if field.is_relation and name != getattr(field, "attname", None) and how != "isnull":
        return None
    how = how or "exact"
    if getattr(field, "column", None) is None or how not in _WITH_ONE_VALUE | {"in", "isnull"}:
        return None
    lookup = field.get_lookup(how)
    return None if lookup is None else (field, lookup)


def _fits(lookup: Any, value: Any) -> bool:
    """Tell whether this is a value and nothing that a query could still be made of."""
    name = lookup.lookup_name
    if name == "isnull":
        return isinstance(value, bool)
    if name != "in":
        return isinstance(value, _VALUES)
    return isinstance(value, tuple | list | set | frozenset) and all(isinstance(v, _VALUES) for v in value)
