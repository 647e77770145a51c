"""Outlets side by side, held against what their own mix of models and channels would bring anywhere."""

from dataclasses import dataclass

from sanbao.base.actor import Actor
from sanbao.engines.counting import LEAST_TO_RANK, Compared, Held, hidden, placed
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.rules import SMALLEST_GROUP


@dataclass(frozen=True, slots=True)
class Comparison:
    """Outlets by how their service is praised or blamed, the surely highest first; those without a place in
    the order come last. ``suppressed`` are too few to be shown, or would give one of those away.
    """

    rows: tuple[Compared, ...]
    suppressed: int
    least: int = LEAST_TO_RANK

    @property
    def ranked(self) -> bool:
        return any(row.ranked for row in self.rows)


def comparison(actor: Actor, scope: Scope, polarity: int = -1) -> Comparison:
    """Return the outlets compared over the whole months that the scope's days lie in; one query."""
    held = [Held(*row) for row in cube.held(scope.cells(actor), "service_p" if polarity > 0 else "service_m")]
    away = hidden({group.key: group.n for group in held}, smallest=SMALLEST_GROUP)
    return Comparison(tuple(row for row in placed(held) if row.key not in away), len(away))
