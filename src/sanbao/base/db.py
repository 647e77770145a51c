"""What every table has in common, and the two tools of a safe write."""

from collections.abc import Iterable
from typing import Any, Self

from django.db import connection, models

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing, Overtaken


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
        try:
            return self.visible_to(actor).get(**key)
        except self.model.DoesNotExist as absent:
            raise Missing(**shown) from absent


def compare_and_set(row: models.Model, *, seen: dict[str, Any], changes: dict[str, Any]) -> None:
    """Change the row if it still holds what was seen; one statement, right on both databases.

    Raises:
        Overtaken: somebody else was first; nothing was changed.
    """
    manager = type(row)._default_manager
    if not manager.filter(pk=row.pk, **seen).update(**changes):
        raise Overtaken
    for name, value in changes.items():
        setattr(row, name, value)


def lock_rows(rows: models.QuerySet[Any]) -> list[Any]:
    """Return the rows, held until the transaction ends, in key order so that nobody waits in a ring.

    SQLite has no row locks; there a write transaction is alone from its first statement.
    """
    ordered = rows.order_by("pk")
    return list(ordered.select_for_update() if connection.vendor == "postgresql" else ordered)


def known(field: str, values: Iterable[str]) -> models.Q:
    """Return the condition of a check constraint: the column holds one of these words."""
    return models.Q(**{f"{field}__in": sorted(values)})
