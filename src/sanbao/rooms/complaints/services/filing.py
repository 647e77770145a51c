"""Filing a complaint and showing evidence for it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Invalid, Missing
from sanbao.base.ids import new_number
from sanbao.engines.calendar import Deadline
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.models import Case, Evidence
from sanbao.rooms.complaints.services.steps import due_from, record, see, start
from sanbao.rooms.complaints.states import CASE_CHANNELS, ENDED, NO_AUTHORITY, RECEIVED
from sanbao.rooms.vault import queries as vault


@transaction.atomic
def file(
    actor: Actor,
    *,
    demand: str,
    words: str,
    customer: str = "",
    demand_cents: int | None = None,
    device: str = "",
    order: str = "",
    outlet: str = "",
    channel: str = "portal",
    files: Sequence[str] = (),
) -> str:
    """Put down a complaint with its demand and start its reply clocks; return its number.

    Owners file for themselves and leave ``customer`` out. Device and outlet follow from the order where
    they are not given. Days are counted in the outlet's zone, or the installation's without an outlet.

    Raises:
        Missing: a number that the actor may not see; ``field`` says which.
        NotAllowed, Invalid.
    """
    about = _about(actor, customer=customer, device=device, order=order, outlet=outlet)
    if not actor.is_owner:
        require(actor, "complaints.file", outlet=about["outlet"] and about["outlet"].pk)
    cents = rules.demanded(demand, demand_cents)
    said = rules.wording(words, field="words")
    if channel not in CASE_CHANNELS or (actor.is_owner and channel == "authority"):
        raise Invalid(field="channel")
    shown = _shown(actor, f"owner:{about['customer'].number}", files)
    case, dues = _new_case(
        actor, {**about, "channel": channel, "demand": demand, "demand_cents": cents, "words": said}
    )
    Evidence.objects.bulk_create(
        Evidence(case=case, file=number, added_by=actor.ref, added_at=actor.at) for number in shown
    )
    record(
        actor,
        case,
        "complaint.filed",
        demand=demand,
        demand_cents=cents,
        channel=channel,
        device=case.device.number if case.device else None,
        files=len(shown),
        decision_due_at=dues[rules.DECISION].due,
        outer_due_at=case.outer_due_at,
        provisional=case.provisional,
    )
    return case.number


@transaction.atomic
def add_evidence(actor: Actor, number: str, *, file: str, note: str = "") -> None:
    """Attach a file of the vault to a case that has not ended; the same file twice is there once.

    Raises:
        Missing, NotAllowed, Invalid.
    """
    case = see(actor, number)
    if not actor.is_owner and not actor.may("complaints.handle", case.outlet_id):
        require(actor, "complaints.file", outlet=case.outlet_id)
    if case.state in ENDED:
        raise Invalid(
            "This complaint has ended.", field="file", remedy="File a new one if there is more to say."
        )
    said = rules.wording(note, field="note", most=rules.LONGEST_NOTE) if note.strip() else ""
    _shown(actor, f"owner:{case.customer.number}", (file,))
    try:
        with transaction.atomic():
            Evidence.objects.create(case=case, file=file, note=said, added_by=actor.ref, added_at=actor.at)
    except IntegrityError:
        return
    record(actor, case, "complaint.evidence_added", file=file)


def _new_case(actor: Actor, row: dict[str, Any]) -> tuple[Case, dict[str, Deadline]]:
    """Return the case with its clocks running, and when each of them runs out."""
    zone = row["outlet"].time_zone if row["outlet"] else settings.TIME_ZONE
    ids = rules.clocks_started("file", row["channel"])
    dues = {clock: due_from(actor.at, clock, zone) for clock in ids}
    told = {*rules.MET_BY["file"], *rules.THEIRS}
    running = [due for clock, due in dues.items() if clock not in told]
    authority = rules.AUTHORITY_ACCEPTANCE in dues
    case = Case.objects.create(
        number=new_number("CP"),
        zone=zone,
        filed_at=actor.at,
        answer_due_at=min(due.due for due in running),
        outer_due_at=dues[rules.OUTER_LIMIT].due,
        provisional=any(due.provisional for due in running),
        mediation=RECEIVED if authority else NO_AUTHORITY,
        authority_at=actor.at if authority else None,
        **row,
    )
    start(actor, case, dues, met=rules.MET_BY["file"])
    return case, dues


def _about(actor: Actor, *, customer: str, device: str, order: str, outlet: str) -> dict[str, Any]:
    """Return the rows a new case points to, all visible to the actor and all of one customer."""
    if not actor.is_owner and not customer:
        raise Invalid("Say whose complaint this is.", field="customer")
    who = _row(actor, "customer", **({"pk": actor.id} if actor.is_owner else {"number": customer}))
    if customer and who.number != customer:
        raise Missing(field="customer")
    repair = _row(actor, "order", "device", "outlet", number=order) if order else None
    thing = _row(actor, "device", number=device) if device else repair and repair.device
    place = _row(actor, "outlet", pk=outlet) if outlet else repair and repair.outlet
    if repair is not None and repair.customer_id != who.pk:
        raise Missing(field="order")
    if thing is not None and thing.customer_id not in {None, who.pk}:
        raise Missing(field="device")
    return {"customer": who, "order": repair, "device": thing, "outlet": place}


def _row(actor: Actor, field: str, *along: str, **key: Any) -> Any:
    """Return the row of a lower room that a case may point to, as that room lets the actor see it.

    ``along`` are the rows that it points to in turn and that come in the same read.
    """
    model: Any = Case._meta.get_field(field).related_model
    try:
        # without names select_related would follow everything
        rows = model.objects.select_related(*along) if along else model.objects
        return rows.pick(actor, **key)
    except Missing as unseen:
        raise Missing(field=field) from unseen


def _shown(actor: Actor, owner: str, files: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers of vault files that belong to the owner of the case."""
    numbers = tuple(dict.fromkeys(files))
    if len(numbers) > rules.MOST_FILES:
        raise Invalid("At most %(most)s files at a time.", field="files", most=rules.MOST_FILES)
    if numbers and any(card.owner != owner for card in vault.files(actor, numbers)):
        raise Missing(field="files")
    return numbers
