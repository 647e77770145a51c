"""Counting attempts, so that nobody tries for ever."""

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F

from sanbao.base.actor import Actor, require
from sanbao.rooms.registry.adapters.seals import keyed
from sanbao.rooms.registry.errors import SlowDown
from sanbao.rooms.registry.models import Code, Meter
from sanbao.rooms.registry.rules import CAPS, DAY, Cap


def count_attempt(actor: Actor, kind: str, address: str) -> None:
    """Count one attempt of this kind (a key of ``rules.CAPS``) by an address, a target or a person.

    It has its own transaction and is therefore counted even if what follows is refused. Call it
    before the verb that is tried, outside of any other transaction.

    Raises:
        SlowDown: the cap is used up; nothing was counted in the window that is full.
    """
    who = keyed("meter", address) if address else ""
    for cap in CAPS[kind]:
        starts_at = _start_of(actor.at, cap.window)
        if not _count(kind, who, cap, starts_at):
            left = starts_at + cap.window - actor.at
            raise SlowDown(minutes=max(1, -(-int(left.total_seconds()) // 60)))


def _start_of(at: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=UTC)


@transaction.atomic
def _count(kind: str, who: str, cap: Cap, starts_at: datetime) -> bool:
    key = {
        "kind": kind,
        "who": who,
        "window_seconds": int(cap.window.total_seconds()),
        "starts_at": starts_at,
    }
    room_left = Meter.objects.filter(**key, count__lt=cap.most)
    if room_left.update(count=F("count") + 1):
        return True
    # the window is full or has no row yet; somebody else may be making the same one
    Meter.objects.bulk_create([Meter(**key)], ignore_conflicts=True)
    return bool(room_left.update(count=F("count") + 1))


@transaction.atomic
def forget_attempts(actor: Actor) -> int:
    """Drop meters and codes that are two days old, and sessions that are over; return how many.

    A duty of the worker, without a fact.

    Raises:
        NotAllowed.
    """
    require(actor, "registry.setup")
    old = actor.at - 2 * DAY
    meters, _ = Meter.objects.filter(starts_at__lt=old).delete()
    codes, _ = Code.objects.filter(made_at__lt=old).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=actor.at).delete()
    return int(meters + codes + sessions)
