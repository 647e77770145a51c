"""State machines as data: a table of named moves, and three questions about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sanbao.base.errors import IllegalMove


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from where, to where, who may, and what the ledger will say."""

    sources: frozenset[str]
    target: str
    grant: str
    event: str


class Machine:
    """A life as a table of moves."""

    def __init__(self, moves: Mapping[str, Move]) -> None:
        self.moves = dict(moves)

    def take(self, name: str, state: str) -> Move:
        """Return the move called ``name`` if it may start from ``state``.

        Raises:
            IllegalMove: it may not. Nothing is ever skipped in silence.
        """
        move = self.moves[name]
        if state not in move.sources:
            raise IllegalMove(move=name, state=state)
        return move

    def open_from(self, state: str, grants: frozenset[str]) -> list[str]:
        """Name the moves a page may offer to a holder of ``grants``."""
        return [name for name, m in self.moves.items() if state in m.sources and m.grant in grants]

    def states(self) -> set[str]:
        """Every state that appears in the table."""
        return {state for m in self.moves.values() for state in (*m.sources, m.target)}
