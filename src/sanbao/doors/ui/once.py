"""A form that is sent twice is done once: double click, resent page, back button."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpRequest

from sanbao.doors.actors import actor_of
from sanbao.rooms.ledger import services as ledger

_KEY: Final = "once"
_ASIDE: Final = frozenset({_KEY, "csrfmiddlewaretoken"})
_LONGEST: Final = 80


def once(request: HttpRequest, act: Callable[[], str]) -> str:
    """Return what ``act`` gave for this form, done now or when the same form came before.

    ``act`` is one service call that returns a public number or an address. A form that was changed
    and sent again is another form, though it carries the key of the page it was drawn on; a refusal
    leaves no trace, so the form may be mended.
    """
    sent = _sent(request)
    key = request.POST.get(_KEY, "")[:_LONGEST]
    if not key:
        return act()
    mark = hashlib.sha256(f"{key}\n".encode() + sent).hexdigest()
    answer, _ = ledger.once(actor_of(request), f"page:{mark}", sent, lambda: {"done": act()})
    return str(answer["done"])


def _sent(request: HttpRequest) -> bytes:
    """Return what the form says, files by name and size."""
    return "\n".join([request.path, *sorted(_lines(request))]).encode()


def _lines(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        if name not in _ASIDE:
            yield from (f"{name}={value}" for value in values)
    for name, files in request.FILES.lists():
        yield from (f"{name}:{file.name}:{file.size}" for file in files)
