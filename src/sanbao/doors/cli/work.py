"""``sanbao work``: places facts in the log, runs their handlers and the duties that fall due."""

import logging
import signal
import threading
from types import FrameType

import click
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from sanbao import wiring
from sanbao.base.actor import Actor, system
from sanbao.doors.cli.serve import be_installation
from sanbao.rooms.ledger import services as ledger

_log = logging.getLogger(__name__)


def one_round(actor: Actor) -> int:
    """Do what is due at this moment; return how much there was. Never raises for a failing handler."""
    placed = ledger.sequence(wiring.WIRING, at=actor.at)
    tried = ledger.deliver(actor, wiring.HANDLERS)
    for name, (every, duty) in wiring.DUTIES.items():
        if ledger.claim_duty(actor, name, every):
            _do(actor, name, duty)
    ledger.beat(actor, "worker")
    return placed + tried


def _do(actor: Actor, name: str, duty: wiring.Duty) -> None:
    try:
        duty(actor)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 - one broken duty must not stop the others; it is logged and tried again next time
        _log.exception("duty %s failed", name)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@click.option("--pause", default=0.5, show_default=True, help="Seconds to rest when nothing is due.")
def work(*, once: bool, pause: float) -> None:
    """Run until stopped; a second worker may run beside it. Survives a database that goes away."""
    stop, named = threading.Event(), False

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    rest = pause
    while not stop.is_set():
        try:
            if not named:
                be_installation()
                named = True
            busy = one_round(system(timezone.now()))
            rest = pause
        except (OperationalError, InterfaceError) as fault:
            _log.warning("database not there, trying again: %s", type(fault).__name__)
            connection.close()
            busy, rest = 0, min(rest * 2, 10)
        if once and not busy:
            return
        if not busy:
            stop.wait(rest)
