"""Reports kept as they were: made by a person or, once a month, by the house; emptied of erased words."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from sanbao.base.actor import Actor, require
from sanbao.base.ids import new_number
from sanbao.rooms.feedback.models import Edition, Passage, Voice
from sanbao.rooms.feedback.queries.report import Report, as_record, report
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry import queries as registry

_GONE: Final = {"quote": {"before": "", "span": "", "after": ""}, "reasons": []}
"""What takes the place of an erased sentence's words."""


@transaction.atomic
def keep_report(actor: Actor, *, since: date | None = None, until: date | None = None) -> str:
    """Keep the report of a stretch of days as it is now and return the edition's number.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.report")
    return _keep(actor, report(actor, since=since, until=until), monthly=False)


def keep_monthly(actor: Actor) -> str:
    """Keep the report of the last whole month once, if anybody wrote in it; return its number or nothing.

    The month is the one on the installation's wall.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.report", outlet="*")
    installation = registry.installation()
    if installation is None:
        return ""
    first, last = _last_month(actor.at.astimezone(ZoneInfo(installation.time_zone)).date())
    if Edition.objects.filter(monthly=True, since=first).exists():
        return ""
    if not Voice.objects.filter(said_on__gte=first, said_on__lte=last).exists():
        return ""
    try:
        with transaction.atomic():
            return _keep(actor, report(actor, since=first, until=last), monthly=True)
    except IntegrityError:  # another worker kept it meanwhile
        return ""


def empty_passages(voices: Iterable[int]) -> int:
    """Take the words of these texts out of every edition; return how many sentences that were.

    Belongs into the transaction that erases the texts.
    """
    emptied = 0
    for row in Passage.objects.filter(voice__in=list(voices), erased=False):
        row.record = {**row.record, **_GONE}
        row.erased = True
        row.save(update_fields=["record", "erased"])
        emptied += 1
    return emptied


def _keep(actor: Actor, found: Report, *, monthly: bool) -> str:
    record = as_record(found)
    drawn: dict[str, list[dict[str, Any]]] = record.pop("drawn")
    edition = Edition.objects.create(
        number=new_number("RP"),
        since=found.scope.since,
        until=found.scope.until,
        monthly=monthly,
        record=record,
        hash=record_hash(record, drawn),
        texts=found.figures.read,
        made_at=actor.at,
        made_by=actor.ref,
    )
    keys = _keys({sentence["voice"] for part in drawn.values() for sentence in part})
    Passage.objects.bulk_create(
        Passage(edition=edition, voice_id=keys[one["voice"]], part=part, place=place, record=one)
        for part, sentences in drawn.items()
        for place, one in enumerate(sentences)
    )
    ledger.append(
        edition.number,
        "report.kept",
        actor,
        since=edition.since,
        until=edition.until,
        monthly=monthly or None,
        hash=edition.hash,
        texts=edition.texts,
    )
    return str(edition.number)


def record_hash(record: dict[str, Any], drawn: dict[str, list[dict[str, Any]]]) -> str:
    """Return the SHA-256 of a report's record and sentences in their one canonical spelling."""
    whole = json.dumps({**record, "drawn": drawn}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


def _keys(numbers: set[str]) -> dict[str, int]:
    ordered = sorted(numbers)
    found: dict[str, int] = {}
    for start in range(0, len(ordered), 500):
        found.update(
            Voice.objects.filter(number__in=ordered[start : start + 500]).values_list("number", "pk")
        )
    return found


def _last_month(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
