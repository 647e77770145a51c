"""Who acts, when, and what they may: the first argument of every verb."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self

from sanbao.base.errors import NotAllowed

EVERYWHERE: Final = "*"
STAFF, OWNER, SYSTEM, ANONYMOUS = "staff", "owner", "system", "anonymous"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person, machine or duty acting at one moment.

    ``at`` is the moment of the action (aware, UTC): time enters the house here, at a door or in
    the worker, and nowhere else. ``grants`` maps an outlet's code, or ``*`` for all outlets, to
    the names of the grants held there. ``id`` is the key of the customer (owner) or of the staff
    member (staff); ``ref`` is what the ledger keeps, such as ``staff:ST-4F7K-2``.
    """

    ref: str
    kind: str
    at: datetime
    id: int | None = None
    name: str = ""
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may(self, grant: str, outlet: str | None = None) -> bool:
        """Tell whether ``grant`` is held at ``outlet``; without one, whether it is held anywhere."""
        if self.kind == SYSTEM:
            return True
        if outlet is None:
            return any(grant in held for held in self.grants.values())
        return grant in self.grants.get(outlet, ()) or grant in self.grants.get(EVERYWHERE, ())

    def outlets(self, grant: str) -> frozenset[str]:
        """Codes of the outlets where ``grant`` is held; holds ``*`` when it is held everywhere."""
        return frozenset(code for code, held in self.grants.items() if grant in held)

    def everywhere(self, grant: str) -> bool:
        """Tell whether ``grant`` is held at every outlet, those opened later included."""
        return self.kind == SYSTEM or grant in self.grants.get(EVERYWHERE, ())

    def all_grants(self, outlet: str | None = None) -> frozenset[str]:
        """Names of all grants held at ``outlet`` (``*`` included), or anywhere."""
        keys: Iterable[str] = self.grants if outlet is None else (outlet, EVERYWHERE)
        return frozenset().union(*(self.grants.get(key, frozenset()) for key in keys))

    def then(self, at: datetime) -> Self:
        """Return the same actor at another moment."""
        return replace(self, at=at)

    @property
    def is_owner(self) -> bool:
        return self.kind == OWNER

    @property
    def is_staff(self) -> bool:
        return self.kind == STAFF


def system(at: datetime, duty: str = "worker") -> Actor:
    """The house itself acting at ``at``: reactions, sweeps, set-up. It may do everything."""
    return Actor(ref=f"system:{duty}", kind=SYSTEM, at=at, name=duty)


def anonymous(at: datetime) -> Actor:
    """Somebody who has not signed in; holds no grants."""
    return Actor(ref="anonymous", kind=ANONYMOUS, at=at)


def require(actor: Actor, grant: str, *, outlet: str | None = None) -> None:
    """Pass if the actor holds the grant there.

    Raises:
        NotAllowed: it is not held.
    """
    if not actor.may(grant, outlet):
        raise NotAllowed(grant=grant)
