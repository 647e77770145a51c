"""The rules by which cases are judged here: those in force on a day, or those that a decision names."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.conf import settings

from sanbao.engines.policy import Book, open_book
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs.adapters.packs import packs_for


def jurisdiction() -> str:
    """Return whose law this installation judges by."""
    return str(settings.SANBAO["jurisdiction"])


def book_on(day: date) -> Book:
    """Return the packs that count here on a day, the brand's promise included. One query."""
    return packs_for(jurisdiction(), brand=True, packs=registry.packs_on(day))


def book_for(hashes: Iterable[str]) -> Book:
    """Return the packs that a decision was made by, however long ago; ``hashes`` as the decision kept them.

    One query, the first time in a process.

    Raises:
        PackLost: the text of one is not kept here.
    """
    return _opened(tuple(sorted(hashes)))


@lru_cache(maxsize=64)
def _opened(hashes: tuple[str, ...]) -> Book:
    return open_book(registry.packs_kept(hashes))
